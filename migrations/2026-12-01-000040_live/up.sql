ALTER TABLE events ADD COLUMN revision bigint;

COMMENT ON COLUMN events.revision IS 'The board''s revision that the event belongs to: what of a page has changed since another one. Null for events of older versions.';

ALTER TABLE users ADD COLUMN presence_off boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN users.presence_off IS 'Whether others are not shown that the person has a board open.';
