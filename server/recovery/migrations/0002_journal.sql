-- How far this database and the journal are known to agree: every entry up to `number` is in here, and every change of
-- the tables above up to `state_no` is there.
CREATE TABLE journal_place (
  one      INTEGER PRIMARY KEY CHECK (one = 1),
  number   INTEGER NOT NULL,
  hash     BLOB NOT NULL CHECK (length(hash) = 32),
  state_no INTEGER NOT NULL
) STRICT;

-- The same of each studio's log: what the server's own devices wrote up to `seq` is in the journal.
CREATE TABLE journal_mark (
  studio BLOB PRIMARY KEY CHECK (length(studio) = 16),
  seq    INTEGER NOT NULL
) STRICT;
