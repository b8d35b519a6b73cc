-- What of the rows no digest of the server covers (PROTOCOL 5.6) is told by a sum of the rows as they were put.

-- The sum of a hash of each, 32 hex digits. None: there are no rows, or the next page sums those that are there.
CREATE TABLE row_sum (
  studio BLOB NOT NULL REFERENCES studio (studio),
  fresh  INTEGER NOT NULL CHECK (fresh IN (0, 1)),  -- 1: of `row_fresh`
  sum    TEXT NOT NULL CHECK (length(sum) = 32),
  PRIMARY KEY (studio, fresh)
) STRICT, WITHOUT ROWID;
