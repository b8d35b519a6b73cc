-- A line of which something was erased holds what is left of it; this is the SHA-256 of the bytes that were logged.
ALTER TABLE change_log ADD COLUMN as_logged BLOB CHECK (as_logged IS NULL OR length(as_logged) = 32);
