-- Pages that another page contains are duplicates too: the index is created again, with bands of
-- one minimum.
-- After migrating: rebuild the duplicate index.

UPDATE document SET wording_id = NULL;
DROP TABLE link;
DROP TABLE band;
DROP TABLE wording;
DELETE FROM setting;

-- What is compared: a sequence of words, whatever documents have it. Copies cost nothing more.
CREATE TABLE wording (
    id          INTEGER PRIMARY KEY,
    digest      INTEGER NOT NULL UNIQUE,                        -- XXH3 of the words, 64 bits
    size        INTEGER NOT NULL,                               -- in shingles
    signature   BLOB NOT NULL CHECK (length(signature) = 193),  -- see warehouse/dedup/bands.py
    cluster_id  INTEGER NOT NULL REFERENCES document (id),      -- the canonical document
    similarity  REAL NOT NULL CHECK (similarity BETWEEN 0 AND 1),  -- to the canonical one's words
    containment REAL NOT NULL CHECK (containment BETWEEN 0 AND 1)  -- of the smaller of the two
) STRICT;

CREATE INDEX wording_cluster ON wording (cluster_id);

-- The index: wordings that share a band are compared. A key of wording 0 is a template's, and
-- proposes nothing. No foreign key: the only wording ever deleted takes its bands along, and an
-- index for looking them up would double the table.
CREATE TABLE band (
    key        INTEGER NOT NULL,
    wording_id INTEGER NOT NULL,
    PRIMARY KEY (key, wording_id)
) STRICT, WITHOUT ROWID;

-- The pairs that made the clusters: a tree through each cluster's wordings.
CREATE TABLE link (
    a           INTEGER NOT NULL REFERENCES wording (id),
    b           INTEGER NOT NULL REFERENCES wording (id),
    similarity  REAL NOT NULL CHECK (similarity BETWEEN 0 AND 1),
    containment REAL NOT NULL CHECK (containment BETWEEN 0 AND 1),
    PRIMARY KEY (a, b),
    CHECK (a < b)
) STRICT, WITHOUT ROWID;

CREATE INDEX link_b ON link (b);

-- Fewer and larger merges: each batch adds a segment to the full-text index.
INSERT INTO article_search (article_search, rank) VALUES ('automerge', 8);
