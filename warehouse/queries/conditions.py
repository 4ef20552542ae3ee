"""SQL conditions on `document AS d` left-joined to `wording AS w`."""

IS_CANONICAL = "coalesce(w.cluster_id, d.id) = d.id"
IS_ARTICLE = f"d.n_words > 0 AND {IS_CANONICAL}"
