-- A correction holds for all versions of a page: a row for each version, which names the record
-- that it was made on if that is another one.
ALTER TABLE correction ADD COLUMN made_on INTEGER REFERENCES document (id);

DROP VIEW corrections;
CREATE VIEW corrections (document_id, what, text, old, new, person, corrected_at, made_on) AS
SELECT document_id, what, text, old, new, person, "at", coalesce(made_on, document_id)
FROM correction;
