-- To which org unit the names in reference data belong: by their first arrival, or by an act of those above (PROTOCOL
-- 4.8). Names are of the whole server, not of one studio.
CREATE TABLE belonging (
  what     TEXT NOT NULL,  -- studio, member, org_unit: the id of such a record; studio_code, region_code
  name     TEXT NOT NULL,
  org_code TEXT NOT NULL,
  state_no INTEGER NOT NULL DEFAULT 0,  -- of its last change, for the journal; 0: not told yet
  PRIMARY KEY (what, name)
) STRICT;
CREATE INDEX belonging_state ON belonging (state_no);

-- Whether the logs of before this table were gone through.
CREATE TABLE belongings_found (
  one INTEGER PRIMARY KEY CHECK (one = 1)
) STRICT;
