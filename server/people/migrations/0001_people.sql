-- Who may come in, and as what. Secrets are kept as hashes only; the server's own keys are not here at all.
CREATE TABLE device (
  device           BLOB PRIMARY KEY CHECK (length(device) = 16),
  public_key       BLOB NOT NULL UNIQUE CHECK (length(public_key) = 32),
  name             TEXT NOT NULL,
  member           BLOB NOT NULL,
  studio           BLOB NOT NULL,             -- it was enrolled in
  shared           INTEGER NOT NULL,
  certificate      TEXT NOT NULL,
  token_hash       BLOB NOT NULL UNIQUE,
  enrolled_ms      INTEGER NOT NULL,
  enrolled_by      TEXT NOT NULL,             -- the login that issued the code, or "command line"
  status           TEXT NOT NULL CHECK (status IN ('active', 'lost', 'revoked', 'retired')),
  rekeyed_from     BLOB REFERENCES device (device),
  superseded_by    BLOB REFERENCES device (device),
  last_sync_ms     INTEGER NOT NULL DEFAULT 0,
  backlog          INTEGER NOT NULL DEFAULT 0,
  skew_ms          INTEGER NOT NULL DEFAULT 0,
  after_revocation INTEGER NOT NULL DEFAULT 0  -- lines taken from it since it was revoked
) STRICT;

CREATE TABLE enrol_code (
  code_hash  BLOB PRIMARY KEY,
  studio     BLOB NOT NULL,
  member     BLOB NOT NULL,
  shared     INTEGER NOT NULL,
  issued_by  TEXT NOT NULL,
  issued_ms  INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  used_by    BLOB REFERENCES device (device)
) STRICT;

CREATE TABLE account (
  login           TEXT PRIMARY KEY,
  member          BLOB NOT NULL,
  verifier        TEXT NOT NULL,
  failed_attempts INTEGER NOT NULL DEFAULT 0,
  locked_until_ms INTEGER NOT NULL DEFAULT 0,
  must_change     INTEGER NOT NULL,
  status          TEXT NOT NULL CHECK (status IN ('active', 'disabled'))
) STRICT;

CREATE TABLE session (
  token_hash BLOB PRIMARY KEY,
  account    TEXT NOT NULL REFERENCES account (login),
  expires_ms INTEGER NOT NULL
) STRICT;

-- By studio, or by org unit and all below it: exactly one of the two is set. Never deleted, only ended: a change made
-- while a grant held is judged by it whenever it arrives.
CREATE TABLE role_grant (
  grant_id  INTEGER PRIMARY KEY,
  member    BLOB NOT NULL,
  role      TEXT NOT NULL,
  studio    BLOB,
  org_code  TEXT,
  from_ms   INTEGER NOT NULL,
  to_ms     INTEGER NOT NULL,
  clearance TEXT NOT NULL,
  CHECK ((studio IS NULL) <> (org_code IS NULL))
) STRICT;
CREATE INDEX role_grant_member ON role_grant (member);

-- The org units that have a studio of reference data. Its id follows from the code.
CREATE TABLE reference_org (
  org_code TEXT PRIMARY KEY
) STRICT;

-- Counts up whenever a grant or an org unit changes, so that who caches them knows.
CREATE TABLE directory_version (
  one     INTEGER PRIMARY KEY CHECK (one = 1),
  version INTEGER NOT NULL
) STRICT;
INSERT INTO directory_version (one, version) VALUES (1, 1);
