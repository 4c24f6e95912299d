-- Digests that were mailed to the reader: one goes to an address once, unless it was changed since.

CREATE TABLE mails (
    run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    version TEXT NOT NULL,          -- a hash of the digest
    state TEXT NOT NULL CHECK (state IN ('claimed', 'sent', 'uncertain', 'failed')),
    message_id TEXT NOT NULL,       -- the same at every attempt
    at TEXT NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (run, address, version)
) STRICT, WITHOUT ROWID;
