-- Expands: the version before does not notice.
ALTER TABLE boards ADD COLUMN nickname text;
