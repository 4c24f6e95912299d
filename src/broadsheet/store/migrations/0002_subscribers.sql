-- Who gets the edition by mail.
CREATE TABLE subscribers (
    id INTEGER PRIMARY KEY,
    public TEXT NOT NULL UNIQUE,    -- random; stands in links and Message-IDs in place of the address
    address TEXT NOT NULL,          -- as it was given
    mailbox TEXT NOT NULL UNIQUE,   -- the same, folded: two spellings of one mailbox are one subscriber
    name TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL CHECK (state IN ('pending', 'active', 'left', 'suppressed')),
    frequency TEXT NOT NULL DEFAULT 'weekly' CHECK (frequency IN ('daily', 'weekly', 'monthly')),
    language TEXT NOT NULL DEFAULT '',
    interests TEXT NOT NULL DEFAULT '[]',   -- JSON list of phrases
    asked TEXT,                     -- when each of these happened
    confirmed TEXT,
    ended TEXT,
    why TEXT NOT NULL DEFAULT ''    -- of a suppression: what the mail server said
);
CREATE TABLE limits (               -- how often somebody asked, by kind and keyed hash of who; see the door
    kind TEXT NOT NULL,
    who TEXT NOT NULL,
    at REAL NOT NULL
);
CREATE INDEX limits_who ON limits (kind, who, at);
