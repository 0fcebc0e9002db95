-- What was done together is taken back together, once, by a change that the history tells like any other.
ALTER TABLE events
    ADD COLUMN part_of uuid,
    ADD COLUMN undoes uuid,
    ADD COLUMN undone_at timestamptz;

-- Nothing is in it yet, so it takes one look at the table; a step that runs concurrently could not be rehearsed.
CREATE INDEX events_part_of ON events (part_of) WHERE part_of IS NOT NULL;

COMMENT ON COLUMN events.part_of IS 'The first event of the same change; null for the first itself, and for those of older versions. No foreign key: deleting a board would look for the parts of each of its events.';
COMMENT ON COLUMN events.undoes IS 'The first event of the change that this one took back.';
COMMENT ON COLUMN events.undone_at IS 'When the change that this event is the first of was taken back; null again once that was taken back.';
