-- Every version of the kinds that was ever accepted, as phones got it.
CREATE TABLE kinds_version (
  version             INTEGER PRIMARY KEY,
  sensitivity_version INTEGER NOT NULL,
  document            TEXT NOT NULL
) STRICT;
