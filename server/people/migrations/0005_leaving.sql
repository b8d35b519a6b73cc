-- What ends before its time: a code that nobody has used, a phone's being cut off that can no longer be undone.
ALTER TABLE enrol_code ADD COLUMN withdrawn_ms INTEGER NOT NULL DEFAULT 0;  -- 0: not
ALTER TABLE device ADD COLUMN purge_told_ms INTEGER NOT NULL DEFAULT 0;  -- first told to forget everything; 0: never
