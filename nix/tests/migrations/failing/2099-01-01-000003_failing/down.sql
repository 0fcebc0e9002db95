ALTER TABLE boards DROP CONSTRAINT boards_have_no_title;
