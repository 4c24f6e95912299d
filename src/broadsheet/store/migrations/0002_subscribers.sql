-- Who gets the edition by mail. Times are ISO 8601 in UTC.
CREATE TABLE subscribers (
    id INTEGER PRIMARY KEY,
    public TEXT NOT NULL UNIQUE,    -- random; stands in links and Message-IDs in place of the address
    address TEXT NOT NULL,          -- what mail is sent to, in ASCII
    mailbox TEXT NOT NULL UNIQUE,   -- the same, folded: two spellings of one mailbox are one subscriber
    name TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL CHECK (state IN ('pending', 'active', 'left', 'suppressed')),
    frequency TEXT NOT NULL DEFAULT 'weekly' CHECK (frequency IN ('daily', 'weekly', 'monthly')),
    language TEXT NOT NULL DEFAULT '',      -- a code such as 'de'; empty for the edition's own
    interests TEXT NOT NULL DEFAULT '[]',   -- JSON list of phrases
    asked TEXT,                     -- when each of these happened
    confirmed TEXT,
    ended TEXT,
    why TEXT NOT NULL DEFAULT ''    -- of a suppression: what the mail server said
);
CREATE TABLE bounces (              -- editions that came back; no row outlives its subscriber
    subscriber INTEGER NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
    edition INTEGER NOT NULL REFERENCES editions (number),
    hard INTEGER NOT NULL,
    at TEXT NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (subscriber, edition)
) WITHOUT ROWID;
CREATE TABLE limits (               -- how often somebody asked, by kind and keyed hash of who; see the door
    kind TEXT NOT NULL,
    who TEXT NOT NULL,
    at REAL NOT NULL                -- seconds since 1970
);
CREATE INDEX limits_who ON limits (kind, who, at);
CREATE TABLE secrets (              -- what links are signed with: it goes where this file goes, and is never shown
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
);
