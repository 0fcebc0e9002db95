LOCK TABLE boards, cards IN SHARE ROW EXCLUSIVE MODE;

CREATE TABLE recurrences (
    card_id uuid PRIMARY KEY REFERENCES cards ON DELETE CASCADE,
    every smallint NOT NULL CHECK (every BETWEEN 1 AND 99),
    unit text NOT NULL,
    days text NOT NULL,
    comes_back text NOT NULL,
    time_zone text NOT NULL,
    start_time time,
    due_time time,
    comes_at timestamptz,
    next_card_id uuid NOT NULL UNIQUE
);
CREATE INDEX recurrences_comes_at ON recurrences (comes_at) WHERE comes_at IS NOT NULL;

COMMENT ON TABLE recurrences IS 'Cards that come back, and by which rule; it moves on to each new card.';
COMMENT ON COLUMN recurrences.days IS 'Which days of the weeks, months or years; see src/models/recurrence/rule.rs.';
COMMENT ON COLUMN recurrences.comes_back IS 'When the card is done, or when it is due.';
COMMENT ON COLUMN recurrences.time_zone IS 'The IANA name of the zone of who made the rule, in which the card''s times stay the same.';
COMMENT ON COLUMN recurrences.start_time IS 'The time at which the card begins in that zone, also where its clocks skip it on that day.';
COMMENT ON COLUMN recurrences.due_time IS 'The same for when it is due.';
COMMENT ON COLUMN recurrences.comes_at IS 'When the worker makes the next card; null while nothing has happened that it waits for.';
COMMENT ON COLUMN recurrences.next_card_id IS 'The id that the next card will have, so that it is made once.';

ALTER TABLE cards ADD COLUMN recurs boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN cards.recurs IS 'Whether the card has a row in recurrences.';
