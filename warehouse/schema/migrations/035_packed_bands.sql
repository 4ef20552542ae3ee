-- The entries of the band index are packed many to a row, which takes half the space.
DROP VIEW every_band;
DROP TABLE band;
DROP TABLE merged_band;

-- An entry is a 64-bit number: the key of a band in the upper half, and the ID of a text in the lower one.
CREATE TABLE recent_band (
    turn    INTEGER PRIMARY KEY,
    entries BLOB NOT NULL CHECK (length(entries) % 8 = 0)
) STRICT;

-- Moved from recent rows a slice of keys at a time. In an entry, the ID of the text comes first, in 3 or 5 bytes,
-- then the key without its first byte, in 3 bytes. The first byte is that of `start`.
CREATE TABLE band_pack (
    start    INTEGER PRIMARY KEY,  -- the least key that the bucket may have
    id_bytes INTEGER NOT NULL CHECK (id_bytes IN (3, 5)),
    entries  BLOB NOT NULL CHECK (length(entries) % (3 + id_bytes) = 0)
) STRICT;

-- A key that many texts have is common. A bucket has few of these texts; the others are here.
CREATE TABLE common_band (
    key     INTEGER NOT NULL,
    text_id INTEGER NOT NULL,
    PRIMARY KEY (key, text_id)
) STRICT, WITHOUT ROWID;
