-- Paths and details are long, and the same on page after page, so blocks refer to them by number. A
-- block's own column is then ''. The blocks that are there keep their own.
DROP VIEW blocks;

CREATE TABLE block_string (
    id   INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
) STRICT;

-- No foreign keys: a check finds the documents whose strings are missing, and cleans them again.
ALTER TABLE block ADD COLUMN path_id INTEGER;
ALTER TABLE block ADD COLUMN detail_id INTEGER;

CREATE VIEW blocks AS
SELECT b.document_id AS document_id, b.position AS position, b.kind AS kind, b.text AS text,
       b.reason IS NULL AS kept, b.reason AS reason, b.cleaner AS cleaner,
       CASE WHEN b.detail = '' THEN (SELECT t.text FROM block_string AS t WHERE t.id = b.detail_id)
            WHEN b.cleaner <> 'site' THEN b.detail ELSE (
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
FROM block AS b JOIN document AS d ON d.id = b.document_id;
