ALTER TABLE cards DROP COLUMN recurs;
DROP TABLE recurrences;
