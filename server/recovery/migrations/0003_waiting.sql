-- Entries of the journal that could not be taken when they were heard, whole: they are tried again until they can, though
-- the journal that told of them be lost by then.
CREATE TABLE journal_waiting (
  hash   BLOB PRIMARY KEY CHECK (length(hash) = 32),  -- the journal's at this entry
  number INTEGER NOT NULL,                            -- of it there
  entry  TEXT NOT NULL
) STRICT;
