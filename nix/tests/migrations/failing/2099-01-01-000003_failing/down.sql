ALTER TABLE boards DROP CONSTRAINT boards_title_is_short;
