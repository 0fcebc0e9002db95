ALTER TABLE cards DROP COLUMN is_template;
ALTER TABLE boards DROP COLUMN is_template;
