DROP TABLE files;
DROP TABLE objects;
