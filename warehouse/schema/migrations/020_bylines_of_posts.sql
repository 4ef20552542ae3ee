-- A new kind of block: the line that names the author of a post in a thread.
PRAGMA legacy_alter_table = ON;  -- the views keep their names for the table
DROP INDEX block_site_digest;
ALTER TABLE block RENAME TO old_block;

CREATE TABLE block (
    document_id INTEGER NOT NULL REFERENCES document (id),
    position    INTEGER NOT NULL CHECK (position >= 0),
    kind        TEXT NOT NULL CHECK (
        CASE kind WHEN 'title' THEN 1 WHEN 'heading' THEN 1 WHEN 'paragraph' THEN 1
                  WHEN 'list_item' THEN 1 WHEN 'caption' THEN 1 WHEN 'table_row' THEN 1
                  WHEN 'quote' THEN 1 WHEN 'code' THEN 1 WHEN 'byline' THEN 1 ELSE 0 END),
    text        TEXT NOT NULL,
    reason      TEXT CHECK (
        reason IS NULL OR
        CASE reason WHEN 'navigation' THEN 1 WHEN 'share' THEN 1 WHEN 'ticker' THEN 1
                    WHEN 'related' THEN 1 WHEN 'advert' THEN 1 WHEN 'consent' THEN 1
                    WHEN 'caption' THEN 1 WHEN 'byline' THEN 1 WHEN 'date' THEN 1
                    WHEN 'comment' THEN 1 WHEN 'foreign_script' THEN 1 WHEN 'repeated' THEN 1
                    WHEN 'template' THEN 1 WHEN 'footer' THEN 1 WHEN 'boilerplate' THEN 1
                    ELSE 0 END),
    cleaner     TEXT,
    detail      TEXT,
    confidence  REAL CHECK (confidence BETWEEN 0 AND 1),
    path        TEXT NOT NULL,
    links       REAL NOT NULL,
    site_digest INTEGER,  -- set where the block recurs in the group and isn't compared
    folded      TEXT,     -- what the full-text index holds in place of the text
    UNIQUE (document_id, position),
    CHECK ((reason IS NULL) = (cleaner IS NULL)
           AND (reason IS NULL) = (detail IS NULL)
           AND (reason IS NULL) = (confidence IS NULL))
) STRICT;

INSERT INTO block (document_id, position, kind, text, reason, cleaner, detail, confidence, path,
                   links, site_digest, folded)
SELECT document_id, position, kind, text, reason, cleaner, detail, confidence, path,
       links, site_digest, folded
FROM old_block ORDER BY document_id, position;
DROP TABLE old_block;
CREATE INDEX block_site_digest ON block (site_digest, document_id) WHERE site_digest IS NOT NULL;
-- Finds the few records of which a block was removed for a rare reason.
CREATE INDEX block_reason ON block (reason, document_id) WHERE reason IS NOT NULL;
PRAGMA legacy_alter_table = OFF;
