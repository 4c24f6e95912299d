-- One row an edition and subscriber: queued, claimed by a sender, sent. Times are seconds since 1970.
CREATE TABLE sendings (
    edition INTEGER NOT NULL REFERENCES editions (number),
    subscriber INTEGER NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('queued', 'claimed', 'sent', 'uncertain', 'failed', 'suppressed')),
    message_id TEXT NOT NULL,
    first INTEGER,                  -- the earliest edition whose papers are in the mail, where it is another one
    attempts INTEGER NOT NULL DEFAULT 0,
    worker TEXT,                    -- who claimed it, and when
    claimed REAL,
    due REAL NOT NULL DEFAULT 0,    -- not to be tried before
    sent REAL,
    code INTEGER,                   -- what the server answered last
    why TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (edition, subscriber)
) WITHOUT ROWID;
CREATE INDEX sendings_state ON sendings (state, due);
CREATE INDEX sendings_message ON sendings (message_id);
CREATE TABLE named (                -- who gets each edition because the configuration names them in `mail.to`
    subscriber INTEGER PRIMARY KEY REFERENCES subscribers (id) ON DELETE CASCADE
);
CREATE TABLE notices (              -- which of the doors besides mail were told of an edition, by their variable
    edition INTEGER NOT NULL REFERENCES editions (number),
    door TEXT NOT NULL,
    PRIMARY KEY (edition, door)
) WITHOUT ROWID;
