-- Any SQLite tool can read every view and the full-text index. None calls a function of presswash.
-- DuckDB runs the views itself, and gives their columns their types: so names stand in the SELECT,
-- and the order of joined texts in a window, which is the one place where both follow it.
-- After migrating: rebuild the full-text index.
DROP TABLE article_search;
DROP VIEW search_text;
DROP VIEW articles;
DROP VIEW versions;
DROP VIEW documents;
DROP VIEW blocks;
DROP VIEW quality;
DROP VIEW captures;
DROP VIEW rejects;
DROP VIEW comparable;
DROP VIEW searchable;

-- What the full-text index holds in place of a text, where letters of it are folded: see
-- cleaners/text/folding.py. Most texts need no folding.
ALTER TABLE document ADD COLUMN folded_title TEXT;
ALTER TABLE block ADD COLUMN folded TEXT;
UPDATE document SET folded_title = fold(title);
UPDATE block SET folded = fold(text) WHERE kind <> 'title' AND (reason IS NULL OR cleaner = 'site');

CREATE VIEW searchable AS
SELECT d.id AS id, d.title AS title, coalesce((
    SELECT group_concat(b.text, '

') OVER (ORDER BY b.position ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    FROM block AS b
    WHERE b.document_id = d.id AND b.reason IS NULL AND b.kind <> 'title' LIMIT 1), '') AS text
FROM document AS d;

-- What of a document is compared with others.
CREATE VIEW comparable AS
SELECT d.id AS id, d.title AS headline, coalesce((
    SELECT group_concat(b.text, '

') OVER (ORDER BY b.position ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    FROM block AS b
    WHERE b.document_id = d.id AND b.reason IS NULL AND b.kind <> 'title'
        AND b.site_digest IS NULL LIMIT 1), '') AS text
FROM document AS d;

CREATE VIEW search_text AS
SELECT d.id AS id, coalesce(d.folded_title, d.title) AS title, coalesce((
    SELECT group_concat(coalesce(b.folded, b.text), '

') OVER (ORDER BY b.position ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    FROM block AS b
    WHERE b.document_id = d.id AND b.reason IS NULL AND b.kind <> 'title' LIMIT 1), '') AS text
FROM document AS d;

CREATE VIRTUAL TABLE article_search USING fts5 (
    title, text,
    content = 'search_text', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 2'
);

INSERT INTO article_search (article_search, rank) VALUES ('automerge', 8);

CREATE VIEW documents AS
SELECT d.id AS id, lower(hex(r.sha256)) AS sha256, coalesce(c.url, d.page_url) AS url,
       c.locator AS locator, d.site AS site, d.title AS title, d.authors AS authors,
       d.published AS published, d.language AS language,
       t.text AS text, d.n_words AS n_words,
       o.cluster_id AS cluster_id, o.duplicate_of AS duplicate_of, o.similarity AS similarity,
       d.cleaner_version AS cleaner_version, d.first_seen AS first_seen, o.relation AS relation
FROM document AS d
JOIN document_relation AS o ON o.id = d.id
JOIN searchable AS t ON t.id = d.id
JOIN raw AS r ON r.id = d.raw_id
LEFT JOIN capture AS c ON c.document_id = d.id AND c.captured_at = d.first_seen
    AND c.locator = (SELECT min(locator) FROM capture
                     WHERE document_id = d.id AND captured_at = d.first_seen);

CREATE VIEW articles AS
SELECT v.id AS id, v.url AS url, v.locator AS locator, v.site AS site, v.title AS title,
       v.authors AS authors, v.published AS published, v.language AS language, v.text AS text,
       v.n_words AS n_words,
       coalesce((SELECT sum(1) FROM cluster_member AS m WHERE m.cluster_id = v.id), 1)
           AS cluster_size,
       v.first_seen AS first_seen, d.quality AS quality
FROM documents AS v JOIN document AS d ON d.id = v.id
WHERE v.duplicate_of IS NULL AND v.n_words > 0;

CREATE VIEW versions AS
SELECT v.url AS url, d.id AS document_id, d.first_seen AS captured_at, d.n_words AS n_words,
       d.similarity_to_previous AS similarity_to_previous, d.superseded_by IS NULL AS is_current
FROM document AS d JOIN documents AS v ON v.id = d.id
WHERE d.address IS NOT NULL
    AND (coalesce(d.similarity_to_previous, 0) < 1 OR d.superseded_by IS NULL);

CREATE VIEW blocks AS
SELECT b.document_id AS document_id, b.position AS position, b.kind AS kind, b.text AS text,
       b.reason IS NULL AS kept, b.reason AS reason, b.cleaner AS cleaner,
       CASE WHEN b.cleaner <> 'site' THEN b.detail ELSE (
           -- Counted so far only: a template may be on every page of a large site.
           SELECT 'it is on '
                  || CASE WHEN s.pages > 1000 THEN 'more than 1,000' ELSE CAST(s.pages AS TEXT) END
                  || ' pages of ' || g.name || ', among them '
                  || (SELECT group_concat(coalesce(url, locator), ' and ') FROM (
                      SELECT v.url, v.locator FROM site_block AS e
                      JOIN documents AS v ON v.id = e.document_id
                      WHERE e.group_id = d.group_id AND e.digest = b.site_digest
                          AND e.document_id <> d.id
                      ORDER BY e.headline, v.sha256 LIMIT 2))
           FROM page_group AS g, (
               SELECT sum(1) AS pages FROM (
                   SELECT 1 FROM site_block
                   WHERE group_id = d.group_id AND digest = b.site_digest LIMIT 1001)) AS s
           WHERE g.id = d.group_id) END AS detail
FROM block AS b JOIN document AS d ON d.id = b.document_id;

CREATE VIEW quality AS
SELECT d.id AS document_id, d.quality AS quality, d.notes AS notes FROM document AS d;

CREATE VIEW captures AS
SELECT c.locator AS locator, c.url AS url, c.document_id AS document_id,
       lower(hex(r.sha256)) AS sha256, c.captured_at AS captured_at, c.run_id AS run_id
FROM capture AS c
JOIN document AS d ON d.id = c.document_id
JOIN raw AS r ON r.id = d.raw_id;

-- `at` is a reserved word elsewhere: `rejected_at` is the same time. DuckDB can't count the rows of
-- a table without row ids unless it reads a column of it.
CREATE VIEW rejects AS
SELECT locator AS locator, stage AS stage, error AS error, message AS message, run_id AS run_id,
       "at" AS "at", "at" AS rejected_at
FROM reject
WHERE run_id > 0;
