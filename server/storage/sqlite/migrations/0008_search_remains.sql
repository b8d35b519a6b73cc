-- Studios of which something was erased whose words may still stand in parts of the search index that are merged only
-- now and then, and in the write-ahead log. `seq`: up to there the index must have come first.
CREATE TABLE search_remains (
  studio BLOB NOT NULL PRIMARY KEY,
  seq INTEGER NOT NULL,
  merging INTEGER NOT NULL DEFAULT 0 CHECK (merging IN (0, 1))
) STRICT, WITHOUT ROWID;
