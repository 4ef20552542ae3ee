-- The texts of removed blocks are often the same on page after page of a site, so blocks refer to them. A
-- block's own text is then ''. The blocks that are there keep their own.
DROP VIEW site_health;
DROP VIEW full_block;

ALTER TABLE block ADD COLUMN text_id INTEGER;  -- of its string; only of a block that the cleaner removed

CREATE VIEW full_block AS
SELECT d.id AS document_id, b.id & 1048575 AS position,
       CASE b.kind WHEN 0 THEN 'title' WHEN 1 THEN 'paragraph' WHEN 2 THEN 'heading'
                   WHEN 3 THEN 'list_item' WHEN 4 THEN 'caption' WHEN 5 THEN 'table_row'
                   WHEN 6 THEN 'quote' WHEN 7 THEN 'code' WHEN 8 THEN 'byline' END AS kind,
       CASE WHEN b.text_id IS NULL THEN b.text
            ELSE coalesce((SELECT s.text FROM block_string AS s WHERE s.id = b.text_id), '') END
           AS text,
       r.reason AS reason, r.cleaner AS cleaner, r.detail AS detail, r.confidence AS confidence,
       coalesce((SELECT s.text FROM block_string AS s WHERE s.id = b.path_id), '') AS path,
       b.links AS links, b.site_digest AS site_digest, b.folded AS folded
FROM document AS d
JOIN block AS b ON b.id BETWEEN d.id << 20 AND d.id << 20 | 1048575
LEFT JOIN removal AS r ON r.id = b.removal_id;

CREATE VIEW site_health AS
SELECT d.site AS site, substr(d.first_seen, 1, 10) AS day, sum(1) AS pages,
       avg((SELECT 1.0 * sum(CASE WHEN b.reason IS NULL THEN length(b.text) ELSE 0 END)
                   / nullif(sum(length(b.text)), 0)
            FROM full_block AS b WHERE b.document_id = d.id)) AS kept,
       avg(d.quality) AS quality,
       avg(CASE WHEN d.published IS NULL THEN 1.0 ELSE 0.0 END) AS undated,
       avg(CASE WHEN d.n_words = 0 THEN 1.0 ELSE 0.0 END) AS emptied
FROM document AS d
WHERE d.site IS NOT NULL
GROUP BY d.site, substr(d.first_seen, 1, 10);
