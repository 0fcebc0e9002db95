DROP FUNCTION seen_boards(uuid);
DROP FUNCTION index_cards(uuid[]);
DROP FUNCTION search_any(text[], boolean[]);
DROP FUNCTION search_query(text[], boolean[], text[]);
DROP FUNCTION search_part(text, boolean);
DROP FUNCTION search_words(text, integer);
DROP FUNCTION search_fold(text);
ALTER TABLE boards DROP COLUMN search_revision;
DROP TABLE search_entries;
