DROP INDEX cards_created_by;

ALTER TABLE users DROP COLUMN boards_first;
