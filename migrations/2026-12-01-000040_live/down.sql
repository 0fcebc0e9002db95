ALTER TABLE users DROP COLUMN presence_off;

ALTER TABLE events DROP COLUMN revision;
