-- What the desk keeps: its runs with their listings and digests, what happened in each, stars, and the shelf's search.

CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    created TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'stopped', 'failed')),
    title TEXT NOT NULL,
    papers INTEGER NOT NULL,
    settings TEXT NOT NULL,
    listing BLOB NOT NULL,
    digest BLOB,
    problem TEXT
) STRICT;

CREATE TABLE events (
    run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (run, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE stars (
    paper_key TEXT PRIMARY KEY,
    verdict INTEGER NOT NULL CHECK (verdict IN (-1, 1)),
    note TEXT NOT NULL DEFAULT '',
    given TEXT NOT NULL,
    paper TEXT NOT NULL
) STRICT;

CREATE VIRTUAL TABLE shelf USING fts5 (
    title, authors, venue, tldr, abstract, theme,
    run UNINDEXED, paper_key UNINDEXED, published UNINDEXED,
    tokenize = "unicode61 remove_diacritics 2"
);
