-- What a studio's sync stands on: its log, its devices' chains, and its rows as they now are. Ids are 16 bytes, hashes
-- 32; seq and n count from 1.

CREATE TABLE studio (
  studio BLOB NOT NULL PRIMARY KEY CHECK (length(studio) = 16),
  seq INTEGER NOT NULL CHECK (seq >= 0),                -- of the last line in the log
  log_hash BLOB NOT NULL CHECK (length(log_hash) = 32), -- there
  digest_public TEXT NOT NULL,
  digest_internal TEXT NOT NULL,
  digest_personal TEXT NOT NULL,
  digest_health TEXT NOT NULL,
  sensitivity_version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Never altered but for applied_seq, which a release sets, and for what is erased (0007). A line is bytes, not text: it may be no UTF-8 at all.
CREATE TABLE change_log (
  studio BLOB NOT NULL,
  seq INTEGER NOT NULL CHECK (seq > 0),
  change_id BLOB NOT NULL CHECK (length(change_id) = 16),
  device BLOB NOT NULL CHECK (length(device) = 16),
  member BLOB NOT NULL CHECK (length(member) = 16),
  record BLOB NOT NULL CHECK (length(record) = 16),
  outcome INTEGER NOT NULL CHECK (outcome IN (0, 1)),   -- 0 applied, 1 held
  code TEXT NOT NULL,
  field TEXT NOT NULL,
  effective_clock INTEGER NOT NULL,                     -- all 64 bits of the clock, as a signed number
  roles TEXT NOT NULL,                                  -- a JSON list
  received_ms INTEGER NOT NULL,
  log_hash BLOB NOT NULL CHECK (length(log_hash) = 32),
  applied_seq INTEGER NOT NULL,                         -- 0 while it has taken no effect
  line BLOB NOT NULL,
  PRIMARY KEY (studio, seq),
  UNIQUE (studio, change_id)
) STRICT;
CREATE INDEX change_log_of_record ON change_log (studio, record, seq);

CREATE TABLE chain (
  studio BLOB NOT NULL,
  device BLOB NOT NULL CHECK (length(device) = 16),
  n INTEGER NOT NULL CHECK (n > 0),
  h BLOB NOT NULL CHECK (length(h) = 32),
  change_id BLOB NOT NULL CHECK (length(change_id) = 16),
  PRIMARY KEY (studio, device, n)
) STRICT, WITHOUT ROWID;
-- Not unique: a broken client may send one line twice, and both places of its chain are kept.
CREATE INDEX chain_of_change ON chain (studio, device, change_id);

-- The proof that a device sent what its chain says, should anybody ask.
CREATE TABLE push_signature (
  studio BLOB NOT NULL,
  device BLOB NOT NULL CHECK (length(device) = 16),
  last_n INTEGER NOT NULL,
  first_n INTEGER NOT NULL CHECK (first_n <= last_n),
  signature BLOB NOT NULL CHECK (length(signature) = 64),
  PRIMARY KEY (studio, device, last_n)
) STRICT, WITHOUT ROWID;

-- A row's cells are one encoded value and stand last, so that lists need not read past them. Two rows at one last_seq
-- could be parted by a page's end and the second never be delivered: hence the constraint.
CREATE TABLE record (
  studio BLOB NOT NULL,
  record BLOB NOT NULL CHECK (length(record) = 16),
  kind TEXT NOT NULL,
  last_seq INTEGER NOT NULL CHECK (last_seq > 0),
  title TEXT NOT NULL,
  date TEXT NOT NULL,
  region TEXT NOT NULL,
  review TEXT NOT NULL,
  state TEXT NOT NULL,
  official_no TEXT NOT NULL,
  provisional_no TEXT NOT NULL,
  created_by BLOB NOT NULL CHECK (length(created_by) = 16),
  created_ms INTEGER NOT NULL,
  deleted INTEGER NOT NULL CHECK (deleted IN (0, 1)),
  revised INTEGER NOT NULL CHECK (revised IN (0, 1)),
  joined INTEGER NOT NULL CHECK (joined IN (0, 1)),
  conflicts INTEGER NOT NULL,
  held INTEGER NOT NULL,
  witnessed INTEGER NOT NULL,
  encoded TEXT NOT NULL,
  PRIMARY KEY (studio, record),
  UNIQUE (studio, last_seq)
) STRICT;
CREATE INDEX record_by_date ON record (studio, date, record);
CREATE INDEX record_by_kind ON record (studio, kind, date, record);

-- Shown values of fields that their kind marks `index`: one line for each value, several for a set.
CREATE TABLE record_index (
  studio BLOB NOT NULL,
  record BLOB NOT NULL,
  field TEXT NOT NULL,
  place INTEGER NOT NULL,  -- 0, 1, 2 … within the field
  text TEXT,
  integer INTEGER,         -- also of yes (1) and no (0)
  PRIMARY KEY (studio, record, field, place),
  FOREIGN KEY (studio, record) REFERENCES record (studio, record) ON DELETE CASCADE,
  CHECK ((text IS NULL) <> (integer IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX record_index_text ON record_index (studio, field, text) WHERE text IS NOT NULL;
CREATE INDEX record_index_integer ON record_index (studio, field, integer) WHERE integer IS NOT NULL;

-- Held changes that wait for a person, kept beside the rows that list them.
CREATE TABLE held_open (
  studio BLOB NOT NULL,
  record BLOB NOT NULL,
  change_id BLOB NOT NULL CHECK (length(change_id) = 16),
  PRIMARY KEY (studio, record, change_id),
  FOREIGN KEY (studio, record) REFERENCES record (studio, record) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- The last official number given, by "code-year".
CREATE TABLE number (
  studio BLOB NOT NULL,
  key TEXT NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (studio, key)
) STRICT, WITHOUT ROWID;
