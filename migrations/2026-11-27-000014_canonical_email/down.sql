DROP TRIGGER users_fill_in_canonical_email ON users;
DROP FUNCTION users_fill_in_canonical_email();
ALTER TABLE users DROP COLUMN canonical_email;
