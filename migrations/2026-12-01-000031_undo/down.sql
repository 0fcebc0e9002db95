ALTER TABLE events DROP COLUMN part_of, DROP COLUMN undoes, DROP COLUMN undone_at;
