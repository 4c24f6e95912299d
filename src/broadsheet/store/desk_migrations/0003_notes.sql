-- What the reader noted on papers, one note a paper, to be searched like the shelf.

CREATE VIRTUAL TABLE notes USING fts5 (
    text, paper_key UNINDEXED, given UNINDEXED,
    tokenize = "unicode61 remove_diacritics 2"
);
