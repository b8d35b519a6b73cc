-- A token is followed by another one: it is offered first, and ends the one before when it is used.
ALTER TABLE device ADD COLUMN token_ms INTEGER NOT NULL DEFAULT 0;       -- since when token_hash is the device's
ALTER TABLE device ADD COLUMN next_token_hash BLOB;                      -- offered, and not used yet
ALTER TABLE device ADD COLUMN next_token_ms INTEGER NOT NULL DEFAULT 0;  -- of which moment the offered one is
CREATE INDEX device_next_token ON device (next_token_hash);

-- The beginning of a code names it, so that who guesses one locks that one. Codes without a name are taken no more.
ALTER TABLE enrol_code ADD COLUMN name TEXT;
ALTER TABLE enrol_code ADD COLUMN wrong_tries INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX enrol_code_name ON enrol_code (name);
