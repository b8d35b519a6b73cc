-- Of an edge between two studios: in which the other record lies. Such an edge holds where both records have it.

ALTER TABLE join_edge ADD COLUMN other_studio BLOB;  -- none: in the same
