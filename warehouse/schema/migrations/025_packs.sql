-- The raw bytes of several pages are compressed together. The row of a pack's first page has them;
-- the rows of its other pages have none. The pages that are there stay packs of one page.
ALTER TABLE raw ADD COLUMN pack_id INTEGER;  -- of the row that has the bytes; null: this one has
ALTER TABLE raw ADD COLUMN pack_start INTEGER NOT NULL DEFAULT 0;  -- of the page, in bytes
