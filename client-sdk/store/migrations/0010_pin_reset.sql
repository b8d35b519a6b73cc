-- PINs that the office took away: until which of its resets each was heeded. One that was set since stands.
CREATE TABLE pin_reset (
  member   BLOB PRIMARY KEY CHECK (length(member) = 16),
  reset_ms INTEGER NOT NULL  -- by the server's clock
) STRICT;
