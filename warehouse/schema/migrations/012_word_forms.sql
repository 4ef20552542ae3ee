-- Words of the index whole, where their vowels are marks (Hindi, Bengali, Tamil), and a list of them,
-- in which a search finds other forms of a word.
-- After migrating: rebuild the full-text index.
DROP TABLE article_search;

CREATE VIRTUAL TABLE article_search USING fts5 (
    title, text,
    content = 'search_text', content_rowid = 'id',
    tokenize = "unicode61 remove_diacritics 2 categories 'L* M* N* Co'"
);

INSERT INTO article_search (article_search, rank) VALUES ('automerge', 8);

CREATE VIRTUAL TABLE search_words USING fts5vocab (article_search, row);

CREATE INDEX document_language ON document (language);
