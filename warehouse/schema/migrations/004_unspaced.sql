-- Letters of scripts without blanks are words of their own to the full-text index, so that any
-- word in a run of Chinese or Japanese is found. `spread` is presswash's own function: programs
-- without it can still look words up, but not ask the index for its texts.
-- After migrating: rebuild the full-text index.
DROP TABLE article_search;

CREATE VIEW search_text (id, title, text) AS
SELECT id, spread(title), spread(text) FROM searchable;

CREATE VIRTUAL TABLE article_search USING fts5 (
    title, text,
    content = 'search_text', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 2'
);

INSERT INTO article_search (article_search, rank) VALUES ('automerge', 8);
