-- Full text, which follows the rows after the commit. Words come as tokens we made ourselves (bigrams of Chinese), so
-- that two characters are found inside running text; all this tokenizer does is split them at the spaces. The studio is
-- a token as well: without it every search would walk through the matches of all studios.
CREATE VIRTUAL TABLE search USING fts5 (studio, words, tokenize = 'unicode61');

CREATE TABLE search_document (
  id INTEGER PRIMARY KEY,  -- the rowid in `search`
  studio BLOB NOT NULL,
  record BLOB NOT NULL,
  UNIQUE (studio, record)
) STRICT;

-- How far the index has followed. `rebuilt` counts the times all rows were replaced: what was read before such a moment
-- must not be noted as indexed after it.
CREATE TABLE search_progress (
  studio BLOB NOT NULL PRIMARY KEY,
  seq INTEGER NOT NULL,
  rebuilt INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
