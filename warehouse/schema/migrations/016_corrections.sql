-- What people say of records instead of the cleaners.
CREATE TABLE correction (
    document_id INTEGER NOT NULL REFERENCES document (id),
    what        TEXT NOT NULL CHECK (what IN ('block', 'title', 'authors', 'published')),
    text        TEXT NOT NULL,  -- of the block; '' for a fact
    old         TEXT,           -- what the cleaners said: a reason or a fact
    new         TEXT,           -- null: the block is kept, or the page has no such fact
    person      TEXT NOT NULL,
    at          TEXT NOT NULL,
    PRIMARY KEY (document_id, what, text)
) STRICT, WITHOUT ROWID;

CREATE VIEW corrections (document_id, what, text, old, new, person, corrected_at) AS
SELECT document_id, what, text, old, new, person, "at" FROM correction;
