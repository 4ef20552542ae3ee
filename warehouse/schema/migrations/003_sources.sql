-- What was read of each source, so that it needn't be read again. A row says nothing by itself:
-- it counts for as long as the file, or the server's answer, is still what the row says.

-- A file of one page. `path` is absolute: a locator may stand for another file in another folder.
CREATE TABLE read_file (
    locator     TEXT PRIMARY KEY,
    path        TEXT NOT NULL,
    size        INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    document_id INTEGER NOT NULL REFERENCES document (id),
    captured_at TEXT NOT NULL,
    url         TEXT
) STRICT, WITHOUT ROWID;

-- An archive of many: the place of the last record that was done, and how many were.
CREATE TABLE read_archive (
    locator     TEXT PRIMARY KEY,
    path        TEXT NOT NULL,
    size        INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    options     TEXT NOT NULL,  -- what its records were read by
    place       INTEGER NOT NULL CHECK (place >= 0),
    records     INTEGER NOT NULL CHECK (records >= 0),
    finished    INTEGER NOT NULL CHECK (finished IN (0, 1))
) STRICT, WITHOUT ROWID;

-- A fetched page: what to ask its server with (RFC 9110, 13.1).
CREATE TABLE fetched (
    locator       TEXT PRIMARY KEY,
    etag          TEXT,
    last_modified TEXT,
    document_id   INTEGER NOT NULL REFERENCES document (id),
    captured_at   TEXT NOT NULL,
    url           TEXT,
    CHECK (etag IS NOT NULL OR last_modified IS NOT NULL)
) STRICT, WITHOUT ROWID;
