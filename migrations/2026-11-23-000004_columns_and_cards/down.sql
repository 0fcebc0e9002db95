DROP TABLE cards;
DROP TABLE columns;
