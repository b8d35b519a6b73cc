-- Which records are joined (PROTOCOL 3.10), so that a list shows them as one without opening any.

-- The edges of `record`, derived from the view as its list entry is.
CREATE TABLE join_edge (
  studio BLOB NOT NULL,
  record BLOB NOT NULL,
  other  BLOB NOT NULL,
  adds   INTEGER NOT NULL CHECK (adds IN (0, 1)),  -- counters add up; else the larger stands
  chosen BLOB,                                     -- which of them stands for all; none: nobody chose
  PRIMARY KEY (studio, record, other)
) STRICT, WITHOUT ROWID;
CREATE INDEX join_edge_of_record ON join_edge (record);
CREATE INDEX join_edge_of_other ON join_edge (other);

-- There is a row while what lists read was derived by an app that knew less than this one.
CREATE TABLE lists_behind (behind INTEGER PRIMARY KEY) STRICT;
INSERT INTO lists_behind VALUES (1);
