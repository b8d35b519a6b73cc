-- What is found by words may be personal, and so it is sealed: one text an entry, looked through at each search. Words
-- cut for an index lay open in the file, and found neither one character nor other scripts.

ALTER TABLE list_entry ADD COLUMN search_sealed BLOB;  -- none: made by an earlier version, to be made anew
CREATE INDEX list_entry_unsearchable ON list_entry (entry) WHERE search_sealed IS NULL;
DROP TABLE search;
