-- What a person is shown of his sessions, and when one ends for not being used. Those of before are not known so well,
-- and end.
ALTER TABLE session ADD COLUMN session_id TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN made_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN used_ms INTEGER NOT NULL DEFAULT 0;  -- to the minute
ALTER TABLE session ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN agent TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN by_cookie INTEGER NOT NULL DEFAULT 0;  -- its token comes as a cookie, and only so
DELETE FROM session;
CREATE INDEX session_account ON session (account, used_ms);
