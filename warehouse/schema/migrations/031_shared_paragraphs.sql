-- The paragraphs of an article and of its copies are often the same, so the later ones refer to the first
-- one. The blocks that are there keep their own texts. The index of site blocks, which finds such paragraphs,
-- begins with the digest, so that a slice of digests is in one place; digests of headlines have 32 bits.
PRAGMA legacy_alter_table = ON;  -- the views keep their names for the table
DROP VIEW searchable;
DROP VIEW comparable;
DROP VIEW search_text;
DROP VIEW full_block;

ALTER TABLE block ADD COLUMN text_of INTEGER;  -- of the block that has the text; this one's is ''
CREATE INDEX block_text_of ON block (text_of) WHERE text_of IS NOT NULL;

ALTER TABLE merged_site_block RENAME TO old_site_block;
CREATE TABLE merged_site_block (
    group_id    INTEGER NOT NULL REFERENCES page_group (id),
    digest      INTEGER NOT NULL,
    headline    INTEGER NOT NULL,  -- 32 bits of a digest
    document_id INTEGER NOT NULL REFERENCES document (id),
    PRIMARY KEY (digest, group_id, headline, document_id)
) STRICT, WITHOUT ROWID;
INSERT INTO merged_site_block (group_id, digest, headline, document_id)
SELECT group_id, digest, headline >> 32, document_id FROM old_site_block ORDER BY 2, 1, 3, 4;
DROP TABLE old_site_block;
UPDATE site_block SET headline = headline >> 32;

CREATE VIEW full_block AS
SELECT d.id AS document_id, b.id & 1048575 AS position,
       CASE b.kind WHEN 0 THEN 'title' WHEN 1 THEN 'paragraph' WHEN 2 THEN 'heading'
                   WHEN 3 THEN 'list_item' WHEN 4 THEN 'caption' WHEN 5 THEN 'table_row'
                   WHEN 6 THEN 'quote' WHEN 7 THEN 'code' WHEN 8 THEN 'byline' END AS kind,
       CASE WHEN b.text_of IS NOT NULL
            THEN coalesce((SELECT o.text FROM block AS o WHERE o.id = b.text_of), '')
            WHEN b.text_id IS NOT NULL
            THEN coalesce((SELECT s.text FROM block_string AS s WHERE s.id = b.text_id), '')
            ELSE b.text END AS text,
       r.reason AS reason, r.cleaner AS cleaner, r.detail AS detail, r.confidence AS confidence,
       coalesce((SELECT s.text FROM block_string AS s WHERE s.id = b.path_id), '') AS path,
       b.links AS links, b.site_digest AS site_digest, b.folded AS folded
FROM document AS d
JOIN block AS b ON b.id BETWEEN d.id << 20 AND d.id << 20 | 1048575
LEFT JOIN removal AS r ON r.id = b.removal_id;

CREATE VIEW searchable AS
SELECT d.id AS id, d.title AS title, coalesce((
    SELECT group_concat(CASE WHEN b.text_of IS NULL THEN b.text ELSE coalesce(o.text, '') END, '

') OVER (ORDER BY b.id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    FROM block AS b LEFT JOIN block AS o ON o.id = b.text_of
    WHERE b.id BETWEEN d.id << 20 AND d.id << 20 | 1048575
        AND b.removal_id IS NULL AND b.kind <> 0 LIMIT 1), '') AS text
FROM document AS d;

CREATE VIEW comparable AS
SELECT d.id AS id, d.title AS headline, coalesce((
    SELECT group_concat(CASE WHEN b.text_of IS NULL THEN b.text ELSE coalesce(o.text, '') END, '

') OVER (ORDER BY b.id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    FROM block AS b LEFT JOIN block AS o ON o.id = b.text_of
    WHERE b.id BETWEEN d.id << 20 AND d.id << 20 | 1048575
        AND b.removal_id IS NULL AND b.kind <> 0
        AND b.site_digest IS NULL LIMIT 1), '') AS text
FROM document AS d;

CREATE VIEW search_text AS
SELECT d.id AS id, coalesce(d.folded_title, d.title) AS title, coalesce((
    SELECT group_concat(coalesce(b.folded, CASE WHEN b.text_of IS NULL THEN b.text ELSE coalesce(o.text, '') END), '

') OVER (ORDER BY b.id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    FROM block AS b LEFT JOIN block AS o ON o.id = b.text_of
    WHERE b.id BETWEEN d.id << 20 AND d.id << 20 | 1048575
        AND b.removal_id IS NULL AND b.kind <> 0 LIMIT 1), '') AS text
FROM document AS d;
PRAGMA legacy_alter_table = OFF;
