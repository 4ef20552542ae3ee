-- A batch has bands and blocks with keys from everywhere, and would rewrite nearly as many pages of a
-- large table as it has keys. So new rows go to a small table. From there they are moved to the large
-- one by and by, those with neighbouring keys at once.
DROP VIEW blocks;
ALTER TABLE band RENAME TO merged_band;
ALTER TABLE site_block RENAME TO merged_site_block;

CREATE TABLE band (
    key     INTEGER NOT NULL,
    text_id INTEGER NOT NULL,
    PRIMARY KEY (key, text_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE site_block (
    group_id    INTEGER NOT NULL REFERENCES page_group (id),
    digest      INTEGER NOT NULL,
    headline    INTEGER NOT NULL,  -- a digest
    document_id INTEGER NOT NULL REFERENCES document (id),
    PRIMARY KEY (digest, group_id, headline, document_id)  -- a slice of digests is moved at once
) STRICT, WITHOUT ROWID;

CREATE VIEW every_band AS
SELECT key AS key, text_id AS text_id FROM band
UNION ALL SELECT key, text_id FROM merged_band;

CREATE VIEW every_site_block AS
SELECT group_id AS group_id, digest AS digest, headline AS headline, document_id AS document_id
FROM site_block
UNION ALL SELECT group_id, digest, headline, document_id FROM merged_site_block;

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
FROM block AS b JOIN document AS d ON d.id = b.document_id;
