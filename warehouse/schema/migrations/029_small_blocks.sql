-- Blocks take few bytes beside their text: one number says whose they are and where, one refers to why
-- they were removed, and their kind is a number. The reasons of each document have a table of their own.
-- It takes long: all blocks are written again.
-- Texts with a passage of their own beside a standing one are articles of their own now.
-- After migrating: relate all documents again.
PRAGMA legacy_alter_table = ON;  -- the views keep their names for the table
DROP VIEW blocks;
DROP VIEW site_health;
DROP VIEW searchable;
DROP VIEW comparable;
DROP VIEW search_text;
DROP INDEX block_site_digest;
DROP INDEX block_reason;
ALTER TABLE block RENAME TO old_block;
ALTER TABLE block_string RENAME TO old_block_string;

CREATE TABLE block_string (
    id     INTEGER PRIMARY KEY,
    digest INTEGER NOT NULL,  -- 32 bits of a hash of the text; finds it
    text   TEXT NOT NULL
) STRICT;
CREATE INDEX block_string_digest ON block_string (digest);

INSERT INTO block_string (digest, text)
SELECT string_digest(s.text), s.text FROM (
    SELECT text FROM old_block_string WHERE id IN (SELECT path_id FROM old_block)
    UNION SELECT path FROM old_block WHERE path <> '' ORDER BY 1) AS s;

CREATE TABLE removal (
    id         INTEGER PRIMARY KEY,
    digest     INTEGER NOT NULL,  -- of the detail; finds it
    reason     TEXT NOT NULL CHECK (
        reason IN ('navigation', 'share', 'ticker', 'related', 'advert', 'consent', 'caption',
                   'byline', 'date', 'comment', 'foreign_script', 'repeated', 'template', 'footer',
                   'boilerplate')),
    cleaner    TEXT NOT NULL,
    detail     TEXT NOT NULL,
    confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1)
) STRICT;
CREATE INDEX removal_digest ON removal (digest);

INSERT INTO removal (digest, reason, cleaner, detail, confidence)
SELECT string_digest(r.detail), r.reason, r.cleaner, r.detail, r.confidence FROM (
    SELECT DISTINCT b.reason AS reason, b.cleaner AS cleaner,
           CASE WHEN b.detail = '' THEN coalesce(s.text, '') ELSE b.detail END AS detail,
           b.confidence AS confidence
    FROM old_block AS b LEFT JOIN old_block_string AS s ON s.id = b.detail_id
    WHERE b.reason IS NOT NULL ORDER BY 1, 2, 3, 4) AS r;

CREATE TABLE block (
    id          INTEGER PRIMARY KEY,  -- 1,048,576 times the document's, and the place in it from 0
    kind        INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 8),  -- see the view full_block
    removal_id  INTEGER,              -- null: the block is kept
    path_id     INTEGER,              -- of its string; null: ''
    links       REAL NOT NULL,
    site_digest INTEGER,  -- set where the block recurs in the group and isn't compared
    text        TEXT NOT NULL,
    folded      TEXT      -- what the full-text index holds in place of the text
) STRICT;

-- No foreign keys: a check finds the documents whose strings are missing, and cleans them again.
INSERT INTO block (id, kind, removal_id, path_id, links, site_digest, text, folded)
SELECT b.document_id << 20 | b.position,
       CASE b.kind WHEN 'title' THEN 0 WHEN 'paragraph' THEN 1 WHEN 'heading' THEN 2
                   WHEN 'list_item' THEN 3 WHEN 'caption' THEN 4 WHEN 'table_row' THEN 5
                   WHEN 'quote' THEN 6 WHEN 'code' THEN 7 ELSE 8 END,
       CASE WHEN b.reason IS NOT NULL THEN (
           SELECT r.id FROM removal AS r
           WHERE r.digest = string_digest(CASE WHEN b.detail = '' THEN coalesce(d.text, '')
                                               ELSE b.detail END)
               AND (r.reason, r.cleaner, r.confidence) = (b.reason, b.cleaner, b.confidence)
               AND r.detail = CASE WHEN b.detail = '' THEN coalesce(d.text, '') ELSE b.detail END)
       END,
       (SELECT s.id FROM block_string AS s
        WHERE s.digest = string_digest(CASE WHEN b.path = '' THEN p.text ELSE b.path END)
            AND s.text = CASE WHEN b.path = '' THEN p.text ELSE b.path END),
       b.links, b.site_digest, b.text, b.folded
FROM old_block AS b
LEFT JOIN old_block_string AS p ON p.id = b.path_id
LEFT JOIN old_block_string AS d ON d.id = b.detail_id
ORDER BY b.document_id, b.position;
DROP TABLE old_block;
DROP TABLE old_block_string;
CREATE INDEX block_site_digest ON block (site_digest) WHERE site_digest IS NOT NULL;

-- For which reasons blocks of a document were removed. It finds the few documents of a rare reason.
CREATE TABLE document_reason (
    reason      TEXT NOT NULL,
    document_id INTEGER NOT NULL REFERENCES document (id),
    PRIMARY KEY (reason, document_id)
) STRICT, WITHOUT ROWID;

INSERT INTO document_reason (reason, document_id)
SELECT DISTINCT r.reason, b.id >> 20 FROM block AS b JOIN removal AS r ON r.id = b.removal_id
ORDER BY 1, 2;

-- Blocks with everything that is stored about them elsewhere.
CREATE VIEW full_block AS
SELECT d.id AS document_id, b.id & 1048575 AS position,
       CASE b.kind WHEN 0 THEN 'title' WHEN 1 THEN 'paragraph' WHEN 2 THEN 'heading'
                   WHEN 3 THEN 'list_item' WHEN 4 THEN 'caption' WHEN 5 THEN 'table_row'
                   WHEN 6 THEN 'quote' WHEN 7 THEN 'code' WHEN 8 THEN 'byline' END AS kind,
       b.text AS text, r.reason AS reason, r.cleaner AS cleaner, r.detail AS detail,
       r.confidence AS confidence,
       coalesce((SELECT s.text FROM block_string AS s WHERE s.id = b.path_id), '') AS path,
       b.links AS links, b.site_digest AS site_digest, b.folded AS folded
FROM document AS d
JOIN block AS b ON b.id BETWEEN d.id << 20 AND d.id << 20 | 1048575
LEFT JOIN removal AS r ON r.id = b.removal_id;

CREATE VIEW searchable AS
SELECT d.id AS id, d.title AS title, coalesce((
    SELECT group_concat(b.text, '

') OVER (ORDER BY b.id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    FROM block AS b
    WHERE b.id BETWEEN d.id << 20 AND d.id << 20 | 1048575
        AND b.removal_id IS NULL AND b.kind <> 0 LIMIT 1), '') AS text
FROM document AS d;

CREATE VIEW comparable AS
SELECT d.id AS id, d.title AS headline, coalesce((
    SELECT group_concat(b.text, '

') OVER (ORDER BY b.id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    FROM block AS b
    WHERE b.id BETWEEN d.id << 20 AND d.id << 20 | 1048575
        AND b.removal_id IS NULL AND b.kind <> 0
        AND b.site_digest IS NULL LIMIT 1), '') AS text
FROM document AS d;

CREATE VIEW search_text AS
SELECT d.id AS id, coalesce(d.folded_title, d.title) AS title, coalesce((
    SELECT group_concat(coalesce(b.folded, b.text), '

') OVER (ORDER BY b.id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    FROM block AS b
    WHERE b.id BETWEEN d.id << 20 AND d.id << 20 | 1048575
        AND b.removal_id IS NULL AND b.kind <> 0 LIMIT 1), '') AS text
FROM document AS d;

CREATE VIEW site_health AS
SELECT d.site AS site, substr(d.first_seen, 1, 10) AS day, sum(1) AS pages,
       avg((SELECT 1.0 * sum(CASE WHEN b.removal_id IS NULL THEN length(b.text) ELSE 0 END)
                   / nullif(sum(length(b.text)), 0)
            FROM block AS b WHERE b.id BETWEEN d.id << 20 AND d.id << 20 | 1048575)) AS kept,
       avg(d.quality) AS quality,
       avg(CASE WHEN d.published IS NULL THEN 1.0 ELSE 0.0 END) AS undated,
       avg(CASE WHEN d.n_words = 0 THEN 1.0 ELSE 0.0 END) AS emptied
FROM document AS d
WHERE d.site IS NOT NULL
GROUP BY d.site, substr(d.first_seen, 1, 10);

CREATE VIEW blocks AS
SELECT b.document_id AS document_id, b.position AS position, b.kind AS kind, b.text AS text,
       b.reason IS NULL AS kept, b.reason AS reason, b.cleaner AS cleaner,
       CASE WHEN b.cleaner <> 'site' THEN b.detail ELSE (
           -- Counted so far only: a template may be on every page of a large site.
           SELECT 'it is on '
                  || CASE WHEN s.pages > 1000 THEN 'more than 1,000' ELSE CAST(s.pages AS TEXT) END
                  || ' pages of ' || g.name || ', among them '
                  || (SELECT group_concat(coalesce(url, locator), ' and ') FROM (
                      SELECT v.url, v.locator FROM every_site_block AS e
                      JOIN documents AS v ON v.id = e.document_id
                      WHERE e.group_id = d.group_id AND e.digest = b.site_digest
                          AND e.document_id <> d.id
                      ORDER BY e.headline, v.sha256 LIMIT 2))
           FROM page_group AS g, (
               SELECT sum(1) AS pages FROM (
                   SELECT 1 FROM every_site_block
                   WHERE group_id = d.group_id AND digest = b.site_digest LIMIT 1001)) AS s
           WHERE g.id = d.group_id) END AS detail
FROM full_block AS b JOIN document AS d ON d.id = b.document_id;
PRAGMA legacy_alter_table = OFF;
