-- What must not be lost unseen: own changes that went bad, and rows that a server that was set back may want.

-- The pull from zero has come to its end; before its rows take the place of the old ones, the server is asked whether it
-- still knows the history of those.
ALTER TABLE studio ADD COLUMN fresh_whole INTEGER NOT NULL DEFAULT 0 CHECK (fresh_whole IN (0, 1));

-- Own changes that did not reach the server as they were saved, until the person has taken note of it. No reference to
-- `studio` or `own_change`: those that the server lost are in neither any more.
CREATE TABLE harmed (
  change_id BLOB PRIMARY KEY CHECK (length(change_id) = 16),
  studio    BLOB NOT NULL CHECK (length(studio) = 16),
  record    BLOB NOT NULL CHECK (length(record) = 16),
  harm      INTEGER NOT NULL CHECK (harm IN (0, 1))  -- 0: damaged on this phone's disk; 1: erased here, lost there
) STRICT, WITHOUT ROWID;
