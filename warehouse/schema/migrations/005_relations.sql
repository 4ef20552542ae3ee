-- Duplicates become stars of aligned pairs; what recurs on the pages of a site, and the versions of
-- an address, are learned.
-- After migrating: relate all documents again.
DROP VIEW articles;
DROP VIEW documents;
DROP VIEW blocks;
DROP INDEX document_wording;
UPDATE document SET wording_id = NULL;
DROP TABLE link;
DROP TABLE band;
DROP TABLE wording;
DELETE FROM setting;

-- What is compared: a headline and the words of a page that are its own, whatever documents have
-- them. Each text is a duplicate of its canonical text, which is a duplicate of none.
CREATE TABLE wording (
    id           INTEGER PRIMARY KEY,
    digest       INTEGER NOT NULL UNIQUE,                        -- XXH3 of the text, 64 bits
    size         INTEGER NOT NULL,                               -- in shingles
    signature    BLOB NOT NULL CHECK (length(signature) = 241),  -- as dedup/bands.py packs it
    document_id  INTEGER NOT NULL REFERENCES document (id),      -- of those that have it, the first
    canonical_id INTEGER NOT NULL REFERENCES wording (id),
    relation     TEXT CHECK (relation IN ('same', 'excerpt')),   -- to the canonical text
    similarity   REAL NOT NULL CHECK (similarity BETWEEN 0 AND 1),
    containment  REAL NOT NULL CHECK (containment BETWEEN 0 AND 1),
    CHECK ((relation IS NULL) = (canonical_id = id))
) STRICT;
ALTER TABLE wording RENAME TO distinct_text;
ALTER TABLE document RENAME COLUMN wording_id TO text_id;
CREATE INDEX document_text ON document (text_id) WHERE text_id IS NOT NULL;
CREATE INDEX distinct_text_canonical ON distinct_text (canonical_id);
CREATE INDEX distinct_text_document ON distinct_text (document_id);

-- The index: texts that share a band are compared. No foreign key: an index for looking texts up
-- would double the table, and whoever deletes a text deletes its bands.
CREATE TABLE band (
    key     INTEGER NOT NULL,
    text_id INTEGER NOT NULL,
    PRIMARY KEY (key, text_id)
) STRICT, WITHOUT ROWID;

-- All pairs of texts that are duplicates of each other.
CREATE TABLE duplicate_pair (
    a           INTEGER NOT NULL REFERENCES distinct_text (id),
    b           INTEGER NOT NULL REFERENCES distinct_text (id),
    relation    TEXT NOT NULL CHECK (relation IN ('same', 'excerpt')),
    similarity  REAL NOT NULL CHECK (similarity BETWEEN 0 AND 1),
    containment REAL NOT NULL CHECK (containment BETWEEN 0 AND 1),
    PRIMARY KEY (a, b),
    CHECK (a < b)
) STRICT, WITHOUT ROWID;
CREATE INDEX duplicate_pair_b ON duplicate_pair (b);

-- Pages that may share a template: those of a site, or without an address those of a folder.
CREATE TABLE page_group (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- Which pages of a group have a block, under which headline; `digest` is of the block's words, with
-- numbers left open. A block on pages of many headlines recurs.
CREATE TABLE site_block (
    group_id    INTEGER NOT NULL REFERENCES page_group (id),
    digest      INTEGER NOT NULL,
    headline    INTEGER NOT NULL,  -- a digest
    document_id INTEGER NOT NULL REFERENCES document (id),
    PRIMARY KEY (group_id, digest, headline, document_id)
) STRICT, WITHOUT ROWID;

-- Recurring blocks that a person wants to keep.
CREATE TABLE kept_template (
    group_id INTEGER NOT NULL REFERENCES page_group (id),
    digest   INTEGER NOT NULL,
    at       TEXT NOT NULL,
    PRIMARY KEY (group_id, digest)
) STRICT, WITHOUT ROWID;

ALTER TABLE document ADD COLUMN group_id INTEGER REFERENCES page_group (id);
ALTER TABLE document ADD COLUMN address TEXT;  -- without what doesn't tell pages apart
ALTER TABLE document ADD COLUMN superseded_by INTEGER REFERENCES document (id);
-- The version of the address before it, and how alike the two are.
ALTER TABLE document ADD COLUMN previous_id INTEGER REFERENCES document (id);
ALTER TABLE document ADD COLUMN similarity_to_previous REAL;
CREATE INDEX document_address ON document (address) WHERE address IS NOT NULL;
CREATE INDEX document_previous ON document (previous_id) WHERE previous_id IS NOT NULL;
CREATE INDEX document_superseded ON document (superseded_by) WHERE superseded_by IS NOT NULL;
-- Set where the block recurs in the group and takes no part in comparing the page with others.
ALTER TABLE block ADD COLUMN site_digest INTEGER;
CREATE INDEX block_site_digest ON block (site_digest, document_id) WHERE site_digest IS NOT NULL;

-- What of a document is compared with others.
CREATE VIEW comparable (id, headline, text) AS
SELECT d.id, d.title, coalesce((
    SELECT group_concat(text, char(10, 10))
    FROM (SELECT text FROM block
          WHERE document_id = d.id AND reason IS NULL AND kind <> 'title' AND site_digest IS NULL
          ORDER BY position)), '')
FROM document AS d;

-- What each document is to others: its cluster's canonical document, and what it duplicates.
CREATE VIEW document_relation (id, cluster_id, duplicate_of, relation, similarity, containment) AS
SELECT d.id, coalesce(k.document_id, u.id),
       CASE WHEN u.id <> d.id THEN u.id WHEN k.document_id <> d.id THEN k.document_id END,
       CASE WHEN u.id <> d.id THEN 'version'
            WHEN k.document_id <> d.id THEN coalesce(t.relation, 'same') END,
       CASE WHEN u.id <> d.id THEN (SELECT similarity_to_previous FROM document
                                    WHERE previous_id = d.id)
            WHEN k.document_id <> d.id THEN t.similarity END,
       CASE WHEN u.id = d.id AND k.document_id <> d.id THEN t.containment END
FROM document AS d
JOIN document AS u ON u.id = coalesce(d.superseded_by, d.id)
LEFT JOIN distinct_text AS t ON t.id = u.text_id
LEFT JOIN distinct_text AS k ON k.id = t.canonical_id;

-- The documents of each cluster of more than one, the canonical one among them.
CREATE VIEW cluster_member (cluster_id, id) AS
SELECT k.document_id, d.id
FROM distinct_text AS k
JOIN distinct_text AS t ON t.canonical_id = k.id
JOIN document AS d ON d.text_id = t.id
UNION ALL
SELECT k.document_id, v.id
FROM distinct_text AS k
JOIN distinct_text AS t ON t.canonical_id = k.id
JOIN document AS d ON d.text_id = t.id
JOIN document AS v ON v.superseded_by = d.id;

CREATE VIEW documents (id, sha256, url, locator, site, title, authors, published, language, text,
                       n_words, cluster_id, duplicate_of, similarity, cleaner_version, first_seen,
                       relation) AS
SELECT d.id, lower(hex(r.sha256)), coalesce(c.url, d.page_url), c.locator, d.site, d.title,
       d.authors, d.published, d.language, (SELECT text FROM searchable WHERE id = d.id), d.n_words,
       o.cluster_id, o.duplicate_of, o.similarity, d.cleaner_version, d.first_seen, o.relation
FROM document AS d
JOIN document_relation AS o ON o.id = d.id
JOIN raw AS r ON r.id = d.raw_id
LEFT JOIN capture AS c ON c.document_id = d.id AND c.captured_at = d.first_seen
    AND c.locator = (SELECT min(locator) FROM capture
                     WHERE document_id = d.id AND captured_at = d.first_seen);

CREATE VIEW articles (id, url, locator, site, title, authors, published, language, text, n_words,
                      cluster_size, first_seen) AS
SELECT id, url, locator, site, title, authors, published, language, text, n_words,
       max(1, (SELECT count(*) FROM cluster_member AS m WHERE m.cluster_id = documents.id)),
       first_seen
FROM documents
WHERE duplicate_of IS NULL AND n_words > 0;

CREATE VIEW versions (url, document_id, captured_at, n_words, similarity_to_previous, is_current) AS
SELECT v.url, d.id, d.first_seen, d.n_words, d.similarity_to_previous, d.superseded_by IS NULL
FROM document AS d JOIN documents AS v ON v.id = d.id
WHERE d.address IS NOT NULL
    AND (coalesce(d.similarity_to_previous, 0) < 1 OR d.superseded_by IS NULL);

CREATE VIEW blocks (document_id, position, kind, text, kept, reason, cleaner, detail) AS
SELECT b.document_id, b.position, b.kind, b.text, b.reason IS NULL, b.reason, b.cleaner,
       CASE WHEN b.cleaner <> 'site' THEN b.detail ELSE (
           -- Counted so far only: a template may be on every page of a large site.
           SELECT 'it is on ' || iif(s.pages > 1000, 'more than 1,000', s.pages) || ' pages of '
                  || g.name || ', among them '
                  || (SELECT group_concat(coalesce(url, locator), ' and ') FROM (
                      SELECT v.url, v.locator FROM site_block AS e
                      JOIN documents AS v ON v.id = e.document_id
                      WHERE e.group_id = d.group_id AND e.digest = b.site_digest
                          AND e.document_id <> d.id
                      ORDER BY e.headline, v.sha256 LIMIT 2))
           FROM page_group AS g, (
               SELECT count(*) AS pages FROM (
                   SELECT 1 FROM site_block
                   WHERE group_id = d.group_id AND digest = b.site_digest LIMIT 1001)) AS s
           WHERE g.id = d.group_id) END
FROM block AS b JOIN document AS d ON d.id = b.document_id;
