DROP TABLE user_pictures;
ALTER TABLE users DROP COLUMN picture_at;
