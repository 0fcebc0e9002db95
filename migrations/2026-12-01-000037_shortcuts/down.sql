ALTER TABLE users DROP COLUMN keys_off;
