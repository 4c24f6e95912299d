-- The papers that a subscriber starred from a mail; no row outlives its subscriber. Times are ISO 8601 in UTC.
CREATE TABLE stars (
    subscriber INTEGER NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
    paper_key TEXT NOT NULL,
    given TEXT NOT NULL,
    paper TEXT NOT NULL,            -- models.Paper: what later papers are compared with
    PRIMARY KEY (subscriber, paper_key)
) WITHOUT ROWID;
