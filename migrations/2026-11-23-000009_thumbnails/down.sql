DROP TABLE covers;
DROP TABLE thumbnails;
