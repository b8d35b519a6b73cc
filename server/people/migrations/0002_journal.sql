-- What the journal outside the database needs to know of the rows inside it, and what a database that was put back from
-- a backup remembers of that.

-- Counts every change of the tables below up: the journal tells of each row as it became, with its number. Of two tales
-- of one row the one with the greater number is the later, whichever is read first.
CREATE TABLE state_counter (
  one  INTEGER PRIMARY KEY CHECK (one = 1),
  last INTEGER NOT NULL
) STRICT;
INSERT INTO state_counter (one, last) VALUES (1, 0);

ALTER TABLE device ADD COLUMN state_no INTEGER NOT NULL DEFAULT 0;
ALTER TABLE enrol_code ADD COLUMN state_no INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN state_no INTEGER NOT NULL DEFAULT 0;
ALTER TABLE role_grant ADD COLUMN state_no INTEGER NOT NULL DEFAULT 0;
ALTER TABLE reference_org ADD COLUMN state_no INTEGER NOT NULL DEFAULT 0;

ALTER TABLE device ADD COLUMN readmitted_ms INTEGER NOT NULL DEFAULT 0;  -- known again by its certificate alone; 0: not
ALTER TABLE account ADD COLUMN password_no INTEGER NOT NULL DEFAULT 0;   -- the state_no at which its password was set

-- Each time this database was found to be older than the journal.
CREATE TABLE restoration (
  restoration    INTEGER PRIMARY KEY,
  at_ms          INTEGER NOT NULL,
  journal_number INTEGER NOT NULL UNIQUE  -- of the journal's last entry then: one finding is noted once
) STRICT;

CREATE TABLE restored_studio (
  restoration INTEGER NOT NULL REFERENCES restoration (restoration),
  studio      BLOB NOT NULL,
  seq_before  INTEGER NOT NULL,  -- of its log, as the journal last heard
  seq_found   INTEGER NOT NULL,  -- of its log in the database that was put back
  PRIMARY KEY (restoration, studio)
) STRICT;

-- The phones that may have more than the database: what was known of each then, and what it has brought since.
CREATE TABLE restored_device (
  restoration  INTEGER NOT NULL REFERENCES restoration (restoration),
  device       BLOB NOT NULL REFERENCES device (device),
  last_sync_ms INTEGER NOT NULL,  -- before the restore, as far as database or journal know; 0: unknown
  backlog      INTEGER NOT NULL,  -- lines that it had not handed over then
  returned_ms  INTEGER NOT NULL DEFAULT 0,  -- its first sync afterwards; 0: awaited
  settled      INTEGER NOT NULL DEFAULT 0,  -- 1 once nothing of it waited any more: what it brings later is new work
  lines        INTEGER NOT NULL DEFAULT 0,  -- that it brought until then
  heads        INTEGER NOT NULL DEFAULT 0,  -- of others' work that it gave back
  PRIMARY KEY (restoration, device)
) STRICT;
