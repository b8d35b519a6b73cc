-- What a phone keeps. Columns named *_sealed hold what the app's codec made of it.

CREATE TABLE meta (
  name   TEXT PRIMARY KEY,
  sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- A studio this phone has, or had and still owes changes to.
CREATE TABLE studio (
  studio       BLOB PRIMARY KEY CHECK (length(studio) = 16),
  granted      INTEGER NOT NULL DEFAULT 1 CHECK (granted IN (0, 1)),
  grant_sealed BLOB NOT NULL,
  cursor       TEXT NOT NULL DEFAULT '',   -- as the server made it; empty: pull from zero
  fresh_cursor TEXT,                       -- a pull from zero is under way, and so far
  acked_n      INTEGER NOT NULL DEFAULT 0 CHECK (acked_n >= 0),  -- as the server last said
  ask_from     INTEGER,                    -- after a fork: lines from this n on are asked about next
  offer_next   INTEGER,                    -- heads of the old rows offered so far, while a restored server wants them
  seen_seq     INTEGER NOT NULL DEFAULT 0, -- the last completed catch-up
  seen_hash    BLOB NOT NULL DEFAULT x'0000000000000000' CHECK (length(seen_hash) = 8),
  mending      INTEGER NOT NULL DEFAULT 0, -- pulls from zero in a row that a digest made necessary
  trouble      INTEGER NOT NULL DEFAULT 0 CHECK (trouble IN (0, 1)),
  problem      TEXT NOT NULL DEFAULT '',
  synced_ms    INTEGER NOT NULL DEFAULT 0
) STRICT;

-- This phone's own changes. Never pruned: forks, restored servers and lost replies all stand on that.
CREATE TABLE own_change (
  studio      BLOB NOT NULL REFERENCES studio (studio),
  n           INTEGER NOT NULL CHECK (n > 0),
  h           BLOB NOT NULL CHECK (length(h) = 32),
  change_id   BLOB NOT NULL CHECK (length(change_id) = 16),
  record      BLOB NOT NULL CHECK (length(record) = 16),
  made_ms     INTEGER NOT NULL,
  line_hash   BLOB NOT NULL CHECK (length(line_hash) = 32),
  line_sealed BLOB NOT NULL,       -- empty once its studio was handed over: id and hash are what is left
  known       INTEGER NOT NULL DEFAULT 0 CHECK (known IN (0, 1)),  -- after a fork: the server has this line
  PRIMARY KEY (studio, n),
  UNIQUE (change_id)
) STRICT;
CREATE INDEX own_change_of_record ON own_change (record, studio, n);

-- Records as the server last delivered them. Not WITHOUT ROWID: a row is some kilobytes, and an index page keeps hardly
-- any of that beside the key.
CREATE TABLE row (
  studio      BLOB NOT NULL REFERENCES studio (studio),
  record      BLOB NOT NULL CHECK (length(record) = 16),
  last_seq    INTEGER NOT NULL,
  acked_n     INTEGER NOT NULL,  -- the row contains this phone's own changes up to here, that are not held
  row_sealed  BLOB NOT NULL,
  PRIMARY KEY (studio, record)
) STRICT;
CREATE INDEX row_of_record ON row (record);

-- A pull from zero gathers here, and takes the place of the rows when it is complete.
CREATE TABLE row_fresh (
  studio      BLOB NOT NULL REFERENCES studio (studio),
  record      BLOB NOT NULL CHECK (length(record) = 16),
  last_seq    INTEGER NOT NULL,
  acked_n     INTEGER NOT NULL,
  row_sealed  BLOB NOT NULL,
  PRIMARY KEY (studio, record)
) STRICT;

CREATE TABLE form (
  token       TEXT PRIMARY KEY,
  opened_ms   INTEGER NOT NULL,
  form_sealed BLOB NOT NULL
) STRICT;

-- What lists show, derived from the view: rows and the own changes above them. Nothing above `internal` is in it in
-- clear.
CREATE TABLE list_entry (
  entry          INTEGER PRIMARY KEY,
  studio         BLOB NOT NULL,
  record         BLOB NOT NULL,
  kind           TEXT NOT NULL,
  title          TEXT NOT NULL,
  date           TEXT NOT NULL,
  region         TEXT NOT NULL,
  state          TEXT NOT NULL,
  review         TEXT NOT NULL,
  provisional_no TEXT NOT NULL,
  official_no    TEXT NOT NULL,
  created_by     BLOB NOT NULL,
  title_sealed   BLOB,              -- a title above `internal`; then `title` is empty
  waiting        INTEGER NOT NULL,
  deleted        INTEGER NOT NULL,
  revised        INTEGER NOT NULL,
  conflicts      INTEGER NOT NULL,
  held           INTEGER NOT NULL,  -- marks of any decision, and own changes that would be held as things stand
  UNIQUE (record, studio)
) STRICT;
CREATE INDEX list_entry_by_date ON list_entry (date DESC, record DESC);
CREATE INDEX list_entry_needing ON list_entry (entry) WHERE conflicts > 0 OR held > 0 OR review = 'returned';

-- Bigrams of Chinese and words of other scripts, made by schema/text.h: SQLite's own tokenizers find no two-character
-- word inside running text.
CREATE VIRTUAL TABLE search USING fts5 (tokens, tokenize = 'unicode61', detail = none);

CREATE TABLE pin (
  member        BLOB PRIMARY KEY CHECK (length(member) = 16),
  salt          BLOB NOT NULL,
  hash          BLOB NOT NULL,
  failures      INTEGER NOT NULL DEFAULT 0,
  failed_boot   TEXT NOT NULL DEFAULT '',
  failed_ms     INTEGER NOT NULL DEFAULT 0   -- by the boot clock of failed_boot
) STRICT;

-- Decisions on held changes that this person has taken note of.
CREATE TABLE noticed (
  change_id BLOB PRIMARY KEY CHECK (length(change_id) = 16)
) STRICT;
