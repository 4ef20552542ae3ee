-- The first schema. Tables may change with a later migration; the views below the tables keep
-- their columns. Times are UTC, ISO 8601, to the second: 2024-05-01T09:30:00Z.

PRAGMA application_id = 1347900232;  -- "PWSH"

-- What the duplicate index was built with: a warehouse can't mix two ways of shingling.
CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE run (
    id              INTEGER PRIMARY KEY,
    flow            TEXT NOT NULL,
    started_at      TEXT NOT NULL,
    finished_at     TEXT,
    status          TEXT NOT NULL CHECK (status IN ('running', 'completed', 'failed', 'interrupted')),
    seen            INTEGER NOT NULL DEFAULT 0,
    added           INTEGER NOT NULL DEFAULT 0,
    unchanged       INTEGER NOT NULL DEFAULT 0,
    duplicates      INTEGER NOT NULL DEFAULT 0,
    rejected        INTEGER NOT NULL DEFAULT 0,
    host            TEXT NOT NULL,
    pid             INTEGER NOT NULL,
    process_started TEXT NOT NULL
) STRICT;

CREATE INDEX run_running ON run (status) WHERE status = 'running';

CREATE TABLE raw (
    id     INTEGER PRIMARY KEY,
    sha256 BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
    size   INTEGER NOT NULL,  -- of the bytes as they came
    bytes  BLOB NOT NULL      -- zstd
) STRICT;

-- A document is one way of reading some bytes; cleaning depends on nothing else.
CREATE TABLE document (
    id              INTEGER PRIMARY KEY,
    raw_id          INTEGER NOT NULL REFERENCES raw (id),
    media_type      TEXT NOT NULL CHECK (media_type IN ('text/html', 'text/plain')),
    charset         TEXT NOT NULL,  -- as declared; '' where none was
    first_seen      TEXT NOT NULL,  -- of its earliest capture
    site            TEXT,
    page_url        TEXT,           -- the address that the page itself gives
    title           TEXT,
    authors         TEXT NOT NULL CHECK (json_valid(authors)),
    published       TEXT,
    language        TEXT,
    n_words         INTEGER NOT NULL,
    encoding        TEXT NOT NULL,
    encoding_source TEXT NOT NULL,
    repairs         TEXT NOT NULL CHECK (json_valid(repairs)),
    quality         REAL NOT NULL CHECK (quality BETWEEN 0 AND 1),
    notes           TEXT NOT NULL CHECK (json_valid(notes)),
    cleaner_version INTEGER NOT NULL,
    wording_id      INTEGER REFERENCES wording (id),  -- none: too short to compare
    UNIQUE (raw_id, media_type, charset)
) STRICT;

CREATE INDEX document_wording ON document (wording_id) WHERE wording_id IS NOT NULL;

CREATE TABLE block (
    document_id INTEGER NOT NULL REFERENCES document (id),
    position    INTEGER NOT NULL CHECK (position >= 0),
    kind        TEXT NOT NULL CHECK (kind IN ('title', 'heading', 'paragraph', 'list_item', 'caption',
                                              'table_row', 'quote', 'code')),
    text        TEXT NOT NULL,
    reason      TEXT CHECK (reason IN ('navigation', 'share', 'ticker', 'related', 'advert', 'consent',
                                       'caption', 'byline', 'date', 'comment', 'foreign_script',
                                       'repeated', 'template', 'footer', 'boilerplate')),
    cleaner     TEXT,
    detail      TEXT,
    confidence  REAL CHECK (confidence BETWEEN 0 AND 1),
    path        TEXT NOT NULL,
    links       REAL NOT NULL,
    UNIQUE (document_id, position),
    CHECK ((reason IS NULL) = (cleaner IS NULL)
           AND (reason IS NULL) = (detail IS NULL)
           AND (reason IS NULL) = (confidence IS NULL))
) STRICT;

-- The first row of a document is its canonical capture: where its locator and address come from.
CREATE TABLE capture (
    document_id INTEGER NOT NULL REFERENCES document (id),
    captured_at TEXT NOT NULL
        CHECK (captured_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'),
    locator     TEXT NOT NULL,
    url         TEXT,
    run_id      INTEGER NOT NULL REFERENCES run (id),
    PRIMARY KEY (document_id, captured_at, locator)
) STRICT, WITHOUT ROWID;

CREATE TABLE reject (
    locator TEXT NOT NULL,
    stage   TEXT NOT NULL CHECK (stage IN ('read', 'decode', 'clean')),
    error   TEXT NOT NULL,
    message TEXT NOT NULL,
    sha256  BLOB CHECK (length(sha256) = 32),
    run_id  INTEGER NOT NULL REFERENCES run (id),
    at      TEXT NOT NULL,
    PRIMARY KEY (locator, stage, error, message)
) STRICT, WITHOUT ROWID;

-- What is compared: a sequence of words, whatever documents have it. Copies cost nothing more.
CREATE TABLE wording (
    id         INTEGER PRIMARY KEY,
    digest     INTEGER NOT NULL UNIQUE,                      -- XXH3 of the words, 64 bits
    signature  BLOB NOT NULL CHECK (length(signature) = 256),  -- low halves of 128 minima
    cluster_id INTEGER NOT NULL REFERENCES document (id),    -- the canonical document
    similarity REAL NOT NULL CHECK (similarity BETWEEN 0 AND 1)  -- to the canonical one's words
) STRICT;

CREATE INDEX wording_cluster ON wording (cluster_id);

-- The index: wordings that share a band are compared. No foreign key: the only wording ever
-- deleted takes its bands along, and an index for looking them up would double the table.
CREATE TABLE band (
    key        INTEGER NOT NULL,
    wording_id INTEGER NOT NULL,
    PRIMARY KEY (key, wording_id)
) STRICT, WITHOUT ROWID;

-- The pairs that made the clusters: a tree through each cluster's wordings.
CREATE TABLE link (
    a          INTEGER NOT NULL REFERENCES wording (id),
    b          INTEGER NOT NULL REFERENCES wording (id),
    similarity REAL NOT NULL CHECK (similarity BETWEEN 0 AND 1),
    PRIMARY KEY (a, b),
    CHECK (a < b)
) STRICT, WITHOUT ROWID;

CREATE INDEX link_b ON link (b);

CREATE VIEW searchable (id, title, text) AS
SELECT d.id, d.title, coalesce((
    SELECT group_concat(text, char(10, 10))
    FROM (SELECT text FROM block
          WHERE document_id = d.id AND reason IS NULL AND kind <> 'title'
          ORDER BY position)), '')
FROM document AS d;

CREATE VIRTUAL TABLE article_search USING fts5 (
    title, text,
    content = 'searchable', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 2'
);

CREATE VIEW documents (id, sha256, url, locator, site, title, authors, published, language, text,
                       n_words, cluster_id, duplicate_of, similarity, cleaner_version, first_seen) AS
SELECT d.id, lower(hex(r.sha256)), coalesce(c.url, d.page_url), c.locator, d.site, d.title,
       d.authors, d.published, d.language, (SELECT text FROM searchable WHERE id = d.id), d.n_words,
       coalesce(w.cluster_id, d.id),
       CASE WHEN w.cluster_id <> d.id THEN w.cluster_id END,
       CASE WHEN w.cluster_id <> d.id THEN w.similarity END,
       d.cleaner_version, d.first_seen
FROM document AS d
JOIN raw AS r ON r.id = d.raw_id
LEFT JOIN wording AS w ON w.id = d.wording_id
LEFT JOIN capture AS c ON c.document_id = d.id AND c.captured_at = d.first_seen
    AND c.locator = (SELECT min(locator) FROM capture
                     WHERE document_id = d.id AND captured_at = d.first_seen);

CREATE VIEW articles (id, url, locator, site, title, authors, published, language, text, n_words,
                      cluster_size, first_seen) AS
SELECT id, url, locator, site, title, authors, published, language, text, n_words,
       max(1, (SELECT count(*) FROM wording AS w JOIN document AS d ON d.wording_id = w.id
               WHERE w.cluster_id = documents.id)),
       first_seen
FROM documents
WHERE duplicate_of IS NULL AND n_words > 0;

CREATE VIEW blocks (document_id, position, kind, text, kept, reason, cleaner, detail) AS
SELECT document_id, position, kind, text, reason IS NULL, reason, cleaner, detail FROM block;

CREATE VIEW quality (document_id, quality, notes) AS
SELECT id, quality, notes FROM document;

CREATE VIEW captures (locator, url, document_id, sha256, captured_at, run_id) AS
SELECT c.locator, c.url, c.document_id, lower(hex(r.sha256)), c.captured_at, c.run_id
FROM capture AS c
JOIN document AS d ON d.id = c.document_id
JOIN raw AS r ON r.id = d.raw_id;

CREATE VIEW rejects (locator, stage, error, message, run_id, at) AS
SELECT locator, stage, error, message, run_id, at FROM reject;

CREATE VIEW runs (id, flow, started_at, finished_at, status, seen, added, unchanged, duplicates,
                  rejected) AS
SELECT id, flow, started_at, finished_at, status, seen, added, unchanged, duplicates, rejected
FROM run;
