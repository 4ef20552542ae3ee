-- What people decided for all pages of a site. They go by what a block says, or by its element.
CREATE TABLE site_rule (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,  -- is in the detail of what was removed
    site    TEXT NOT NULL,                      -- the name of a page group
    by      TEXT NOT NULL CHECK (by IN ('path', 'text')),
    pattern TEXT NOT NULL,
    reason  TEXT,                               -- null: the block is kept
    person  TEXT NOT NULL,
    at      TEXT NOT NULL,
    UNIQUE (site, by, pattern)
) STRICT;

-- Set where a rule was added or deleted and the document must be cleaned again.
ALTER TABLE document ADD COLUMN is_outdated INTEGER NOT NULL DEFAULT 0
    CHECK (is_outdated IN (0, 1));
CREATE INDEX document_outdated ON document (id) WHERE is_outdated;
