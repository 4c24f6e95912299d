-- Editions, and every paper that stood in one. Times are ISO 8601 in UTC; texts in BLOBs are zlib-compressed JSON.
CREATE TABLE editions (
    number INTEGER PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('collected', 'digested', 'published')),
    since TEXT,                     -- what was looked for, where dates counted
    until TEXT,
    created TEXT NOT NULL,
    listing BLOB NOT NULL,          -- models.Listing: what was collected, so that a run that was cut short is completed
    digest BLOB                     -- models.Digest, once it is made
);
CREATE TABLE papers (
    key TEXT PRIMARY KEY,
    edition INTEGER NOT NULL REFERENCES editions (number),
    title TEXT NOT NULL,
    version INTEGER,                -- the latest that was seen, of papers that have versions
    mark TEXT NOT NULL DEFAULT '',  -- what papers of the same title stand under, hashed; and the first author's surname
    surname TEXT NOT NULL DEFAULT '',
    returned INTEGER                -- the edition in which it was last listed as returned
);
CREATE INDEX papers_edition ON papers (edition);
CREATE INDEX papers_mark ON papers (mark);
CREATE TABLE identifiers (          -- every other name of a paper: a preprint comes back under its DOI
    name TEXT PRIMARY KEY,          -- 'doi:10.1234/abc'
    key TEXT NOT NULL REFERENCES papers (key)
);
