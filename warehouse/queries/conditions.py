"""SQL conditions on `document AS d` joined to `document_relation AS o`."""

# A page with a lower quality, or a block with a lower confidence, is worth a person's look.
UNSURE = 0.7
# The same for a page on which the networks disagree more: about one in fifteen.
DISPUTED = 0.05
IS_CANONICAL = "o.duplicate_of IS NULL"
IS_ARTICLE = f"d.n_words > 0 AND {IS_CANONICAL}"
