-- What the sources of documents state about them: the fields of a table, the entry of a feed. Only
-- documents with such facts have a row; cleaning one again needs them beside its bytes.
CREATE TABLE stated_facts (
    document_id INTEGER PRIMARY KEY REFERENCES document (id),
    facts       TEXT NOT NULL CHECK (json_valid(facts))
) STRICT;
