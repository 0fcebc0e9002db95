ALTER TABLE objects DROP COLUMN replaced_at;
