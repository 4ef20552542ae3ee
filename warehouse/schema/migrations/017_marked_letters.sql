-- A vowel mark of Thai and its neighbours is a letter of the index by itself, as the letters are.
-- After migrating: rebuild the full-text index.
UPDATE document SET folded_title = fold(title) WHERE folded_title IS NOT NULL;
UPDATE block SET folded = fold(text) WHERE folded IS NOT NULL;
