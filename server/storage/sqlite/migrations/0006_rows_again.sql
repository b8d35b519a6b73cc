-- How guarded a comment is, and with which of a change's writes its reason stands, is told by the rows since now: each
-- studio's are made again from its log by the next start, as for kinds that changed a sensitivity.
UPDATE studio SET sensitivity_version = 0;
