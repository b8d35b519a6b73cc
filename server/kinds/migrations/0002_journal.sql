-- The number of the state in which the journal tells of a row (people/migrations/0002_journal.sql).
ALTER TABLE kinds_version ADD COLUMN state_no INTEGER NOT NULL DEFAULT 0;
