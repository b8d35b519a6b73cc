-- How far the journal was looked through for erasures: what they name is left out of all its entries up to there.
CREATE TABLE journal_erased (
  one    INTEGER PRIMARY KEY CHECK (one = 1),
  number INTEGER NOT NULL,
  hash   BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
