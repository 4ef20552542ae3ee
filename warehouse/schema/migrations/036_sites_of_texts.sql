-- Whether two texts are of one site decides about texts that differ in little. The site is that of the first document
-- with the text: its page_group, or null if it has no URL.
ALTER TABLE distinct_text ADD COLUMN site_id INTEGER;
-- After migrating: relate all documents again.
