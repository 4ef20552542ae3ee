-- How far the networks of the classifier disagree on each document. Of older records it is known when
-- they are cleaned again.
ALTER TABLE document ADD COLUMN disagreement REAL CHECK (disagreement BETWEEN 0 AND 0.5);

DROP VIEW quality;
CREATE VIEW quality AS
SELECT d.id AS document_id, d.quality AS quality, d.notes AS notes, d.disagreement AS disagreement
FROM document AS d;
