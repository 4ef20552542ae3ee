-- How each site's pages come out, day by day: a site that was redesigned shows on its first day.
CREATE INDEX document_site ON document (site, first_seen) WHERE site IS NOT NULL;

CREATE VIEW site_health AS
SELECT d.site AS site, substr(d.first_seen, 1, 10) AS day, sum(1) AS pages,
       avg((SELECT 1.0 * sum(CASE WHEN b.reason IS NULL THEN length(b.text) ELSE 0 END)
                   / nullif(sum(length(b.text)), 0)
            FROM block AS b WHERE b.document_id = d.id)) AS kept,
       avg(d.quality) AS quality,
       avg(CASE WHEN d.published IS NULL THEN 1.0 ELSE 0.0 END) AS undated,
       avg(CASE WHEN d.n_words = 0 THEN 1.0 ELSE 0.0 END) AS emptied
FROM document AS d
WHERE d.site IS NOT NULL
GROUP BY d.site, substr(d.first_seen, 1, 10);
