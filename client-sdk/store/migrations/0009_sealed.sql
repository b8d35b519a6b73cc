-- From here on what people recorded, names, keys and tokens lie sealed under a key of the file's own. What earlier
-- versions left in clear is sealed after this, some at a time (seal_plain.h).

-- That key, sealed by what opens the file, and which one it is. Twice, on two pages: without it the rest says nothing.
CREATE TABLE file_key (
  one  INTEGER PRIMARY KEY CHECK (one = 1),
  id   BLOB NOT NULL CHECK (length(id) = 8),
  wrap BLOB NOT NULL
) STRICT;
CREATE TABLE file_key_copy (
  one  INTEGER PRIMARY KEY CHECK (one = 1),
  id   BLOB NOT NULL CHECK (length(id) = 8),
  wrap BLOB NOT NULL
) STRICT;

-- Wrong PINs of the file in a row.
CREATE TABLE file_pin_try (
  one         INTEGER PRIMARY KEY CHECK (one = 1),
  failures    INTEGER NOT NULL,
  failed_boot TEXT NOT NULL,
  failed_ms   INTEGER NOT NULL  -- by the boot clock of failed_boot
) STRICT;

-- What is still to be done about the file: rows up to `done_to` are done.
CREATE TABLE file_task (
  task    TEXT PRIMARY KEY,
  done_to INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
INSERT INTO file_task (task) VALUES ('make_key'), ('seal_few'), ('seal_lines'), ('seal_rows'), ('seal_fresh'),
                                    ('seal_entries'), ('seal_numbers'), ('rewrite');

-- The sum is sealed too: of a single row it is the hash.
ALTER TABLE row_sum RENAME TO row_sum_plain;
CREATE TABLE row_sum (
  studio     BLOB NOT NULL REFERENCES studio (studio),
  fresh      INTEGER NOT NULL CHECK (fresh IN (0, 1)),  -- 1: of `row_fresh`
  sum_sealed BLOB NOT NULL,
  PRIMARY KEY (studio, fresh)
) STRICT, WITHOUT ROWID;

-- In clear is only what entries are found, ordered and counted by.
DROP INDEX list_entry_by_date;
DROP INDEX list_entry_needing;
DROP INDEX list_entry_unsearchable;
DROP INDEX list_entry_of_kind;
DROP INDEX list_entry_of_place;
ALTER TABLE list_entry RENAME TO list_entry_plain;
CREATE TABLE list_entry (
  entry         INTEGER PRIMARY KEY,
  studio        BLOB NOT NULL,
  record        BLOB NOT NULL,
  kind          TEXT NOT NULL,
  date          TEXT NOT NULL,     -- empty: one above `internal`, which no list shows
  place         TEXT NOT NULL,     -- of a village or a unit its region code
  review        TEXT NOT NULL,
  waiting       INTEGER NOT NULL,
  deleted       INTEGER NOT NULL,
  revised       INTEGER NOT NULL,
  conflicts     INTEGER NOT NULL,
  held          INTEGER NOT NULL,  -- marks of any decision, and own changes that would be held as things stand
  shown_sealed  BLOB NOT NULL,     -- all else that a list shows
  search_sealed BLOB,              -- none: made by an earlier version, to be made anew
  UNIQUE (record, studio)
) STRICT;
CREATE INDEX list_entry_by_date ON list_entry (date DESC, record DESC);
CREATE INDEX list_entry_needing ON list_entry (entry) WHERE conflicts > 0 OR held > 0 OR review = 'returned';
CREATE INDEX list_entry_unsearchable ON list_entry (entry) WHERE search_sealed IS NULL;
CREATE INDEX list_entry_of_kind ON list_entry (kind, deleted, record);
CREATE INDEX list_entry_of_place ON list_entry (place, kind) WHERE place <> '';

-- Numbers by a hash that takes a key: who has the file alone cannot try numbers.
DROP INDEX record_number_by_number;
ALTER TABLE record_number RENAME TO record_number_plain;
CREATE TABLE record_number (
  studio BLOB NOT NULL,
  record BLOB NOT NULL,
  number BLOB NOT NULL CHECK (length(number) = 32),
  PRIMARY KEY (studio, record, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_number_by_number ON record_number (number, record);
