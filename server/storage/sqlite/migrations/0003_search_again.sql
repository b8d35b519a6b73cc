-- More is searched, and cut into other words (search_tokens): all rows are taken into the index once more.
DELETE FROM search;
DELETE FROM search_document;
DELETE FROM search_progress;

-- Numbers are looked for in small letters. Those that were given are of ASCII, but for their Chinese.
UPDATE record_index SET text = lower(text) WHERE field IN ('_official_no', '_provisional_no') AND text IS NOT NULL;
