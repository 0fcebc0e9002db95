DROP TABLE members;
DROP TABLE boards;
