LOCK TABLE cards, users IN SHARE ROW EXCLUSIVE MODE;

ALTER TABLE cards
    ADD COLUMN start_on date,
    ADD COLUMN start_at timestamptz,
    ADD COLUMN due_on date,
    ADD COLUMN due_at timestamptz,
    ADD COLUMN done_at timestamptz,
    -- Nothing has been written into these columns yet, so nothing needs to be looked through.
    ADD CONSTRAINT cards_start_check CHECK (start_on IS NULL OR start_at IS NULL) NOT VALID,
    ADD CONSTRAINT cards_due_check CHECK (due_on IS NULL OR due_at IS NULL) NOT VALID;

COMMENT ON COLUMN cards.start_on IS 'The day on which it begins: that day everywhere.';
COMMENT ON COLUMN cards.start_at IS 'The moment at which it begins, in place of a day.';
COMMENT ON COLUMN cards.due_on IS 'The day on which it is due: that day everywhere.';
COMMENT ON COLUMN cards.due_at IS 'The moment at which it is due, in place of a day.';
COMMENT ON COLUMN cards.done_at IS 'Since when it is done.';

ALTER TABLE users
    ADD COLUMN time_zone text,
    ADD COLUMN label_names boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN users.time_zone IS 'The IANA name of the zone in which the person reads times; null for UTC.';
COMMENT ON COLUMN users.label_names IS 'Whether cards on boards show the names of their labels, not their colors alone.';
