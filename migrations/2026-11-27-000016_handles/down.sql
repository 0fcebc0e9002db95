DROP TRIGGER users_fill_in_handle ON users;
DROP FUNCTION users_fill_in_handle();
DROP FUNCTION free_handle(text);
DROP TABLE old_handles;
ALTER TABLE users DROP COLUMN handle;
