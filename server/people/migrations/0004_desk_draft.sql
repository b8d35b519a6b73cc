-- What somebody at a desk wanted to do and was refused, as it was sent: it waits to be put right.
CREATE TABLE desk_draft (
  draft   TEXT PRIMARY KEY,
  login   TEXT NOT NULL,
  made_ms INTEGER NOT NULL,
  path    TEXT NOT NULL,
  body    TEXT NOT NULL
) STRICT;
CREATE INDEX desk_draft_login ON desk_draft (login, made_ms);
