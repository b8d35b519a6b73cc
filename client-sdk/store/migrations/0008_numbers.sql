-- What lists and searches read is derived anew, some records at a time: an app that is ended meanwhile goes on where it
-- was. An entry waits for that while it has no text to search.
UPDATE list_entry SET search_sealed = NULL;
DROP TABLE lists_behind;

-- Names of fields, with blanks between.
ALTER TABLE list_entry ADD COLUMN missing TEXT NOT NULL DEFAULT '';  -- that it lacks to be submitted
ALTER TABLE list_entry ADD COLUMN marked TEXT NOT NULL DEFAULT '';   -- to be corrected, while it is sent back
CREATE INDEX list_entry_of_kind ON list_entry (kind, deleted, record);
CREATE INDEX list_entry_of_place ON list_entry (region, kind) WHERE kind IN ('village', 'org_unit') AND deleted = 0;

-- Every number that a record has, official or provisional, shown or not, by its hash: what is not shown lies nowhere in
-- clear.
CREATE TABLE record_number (
  studio BLOB NOT NULL,
  record BLOB NOT NULL,
  number BLOB NOT NULL CHECK (length(number) = 32),  -- SHA-256 of the number as a search compares it
  PRIMARY KEY (studio, record, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_number_by_number ON record_number (number, record);
