-- More is searched, and cut into other words (search_tokens): all rows are taken into the index once more.
DELETE FROM search;
DELETE FROM search_document;
DELETE FROM search_progress;
