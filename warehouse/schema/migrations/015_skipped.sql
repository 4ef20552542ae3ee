-- What a run skipped: for each kind how many, and the first of their names. Of older runs it isn't
-- known, and is nothing.
DROP VIEW runs;

ALTER TABLE run ADD COLUMN skipped TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(skipped));

CREATE VIEW runs AS
SELECT id AS id, flow AS flow, started_at AS started_at, finished_at AS finished_at,
       status AS status, seen AS seen, added AS added, unchanged AS unchanged,
       duplicates AS duplicates, rejected AS rejected, skipped AS skipped
FROM run;
