"""SQL conditions on `document AS d` joined to `document_relation AS o`."""

IS_CANONICAL = "o.duplicate_of IS NULL"
IS_ARTICLE = f"d.n_words > 0 AND {IS_CANONICAL}"
