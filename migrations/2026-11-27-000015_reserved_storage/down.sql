ALTER TABLE objects DROP COLUMN reserved, DROP COLUMN reserved_on;
