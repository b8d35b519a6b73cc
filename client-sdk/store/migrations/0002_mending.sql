-- What mending a studio takes (PROTOCOL 5.6), what the server signed (5.7), and which studios are no field work.

ALTER TABLE studio ADD COLUMN reference INTEGER NOT NULL DEFAULT 0 CHECK (reference IN (0, 1));

-- From here on `mending` is: 0 nothing differs, 1 the server is being told, 2 and 3 pulled from zero once and twice.
ALTER TABLE studio ADD COLUMN repair_day   INTEGER NOT NULL DEFAULT 0;  -- of the server's clock: days since 1970
ALTER TABLE studio ADD COLUMN repair_pulls INTEGER NOT NULL DEFAULT 0;  -- begun on that day
ALTER TABLE studio ADD COLUMN compare_from INTEGER;                     -- while records are compared: those after this seq

-- Records of a flagged studio that are not what the server has.
CREATE TABLE differing (
  studio BLOB NOT NULL REFERENCES studio (studio),
  record BLOB NOT NULL CHECK (length(record) = 16),
  PRIMARY KEY (studio, record)
) STRICT, WITHOUT ROWID;

-- No reference to `studio`: they are kept when nothing else of it is.
CREATE TABLE acknowledgement (
  entry       INTEGER PRIMARY KEY,
  studio      BLOB NOT NULL CHECK (length(studio) = 16),
  device      BLOB NOT NULL CHECK (length(device) = 16),
  current     INTEGER NOT NULL CHECK (current IN (0, 1)),  -- 0: from before the server was set back
  text_sealed BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX acknowledgement_current ON acknowledgement (studio, device) WHERE current = 1;
