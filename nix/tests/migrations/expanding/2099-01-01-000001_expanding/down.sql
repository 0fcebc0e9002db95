ALTER TABLE boards DROP COLUMN nickname;
