-- PINs of duty phones are known to those phones alone. When a coordinator takes one away the phone hears of it.
CREATE TABLE pin_reset (
  of       BLOB PRIMARY KEY CHECK (length(of) = 32),  -- the device, then the member
  reset_ms INTEGER NOT NULL,
  state_no INTEGER NOT NULL DEFAULT 0
) STRICT;
