-- With the number the place in the journal up to which a finding was noted: another journal's may be equal.
ALTER TABLE restoration ADD COLUMN
  journal_hash BLOB NOT NULL DEFAULT x'0000000000000000000000000000000000000000000000000000000000000000';
