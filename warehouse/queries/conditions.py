"""SQL conditions on `document AS d` joined to `document_relation AS o`, and a limit for them."""

UNSURE = 0.7  # the quality or confidence below which a page or a block is worth a look
IS_CANONICAL = "o.duplicate_of IS NULL"
IS_ARTICLE = f"d.n_words > 0 AND {IS_CANONICAL}"
