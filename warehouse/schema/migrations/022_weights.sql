-- Which weights of the classifier cleaned a document; null for those of the package.
ALTER TABLE document ADD COLUMN weights TEXT;

DROP VIEW articles;
DROP VIEW documents;

CREATE VIEW documents AS
SELECT d.id AS id, lower(hex(r.sha256)) AS sha256, coalesce(c.url, d.page_url) AS url,
       c.locator AS locator, d.site AS site, d.title AS title, d.authors AS authors,
       d.published AS published, d.language AS language,
       t.text AS text, d.n_words AS n_words,
       o.cluster_id AS cluster_id, o.duplicate_of AS duplicate_of, o.similarity AS similarity,
       d.cleaner_version AS cleaner_version, d.first_seen AS first_seen, o.relation AS relation,
       CASE WHEN EXISTS (SELECT 1 FROM correction AS k
                         WHERE k.document_id = d.id AND k.what = 'title') THEN 'person'
            WHEN f.facts ->> '$.title' IS NULL THEN 'page' ELSE 'stated' END AS title_source,
       coalesce(f.facts ->> '$.description', d.description) AS description,
       d.page_type AS page_type,
       CASE WHEN EXISTS (SELECT 1 FROM correction AS k
                         WHERE k.document_id = d.id AND k.what = 'published') THEN 'person'
            ELSE d.published_source END AS published_source,
       d.modified AS modified,
       d.image AS image, d.site_name AS site_name, d.section AS section, d.tags AS tags,
       d.weights AS weights
FROM document AS d
JOIN document_relation AS o ON o.id = d.id
JOIN searchable AS t ON t.id = d.id
LEFT JOIN stated_facts AS f ON f.document_id = d.id
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
       v.first_seen AS first_seen, d.quality AS quality,
       v.title_source AS title_source, v.description AS description,
       v.page_type AS page_type,
       v.published_source AS published_source, v.modified AS modified,
       v.image AS image, v.site_name AS site_name, v.section AS section, v.tags AS tags
FROM documents AS v JOIN document AS d ON d.id = v.id
WHERE v.duplicate_of IS NULL AND v.n_words > 0;
