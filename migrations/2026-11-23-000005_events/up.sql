CREATE TABLE events (
    id uuid PRIMARY KEY,
    board_id uuid NOT NULL REFERENCES boards ON DELETE CASCADE,
    card_id uuid REFERENCES cards ON DELETE CASCADE,
    user_id uuid REFERENCES users ON DELETE SET NULL,
    kind text NOT NULL,
    data jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL
);

COMMENT ON TABLE events IS 'A board''s history, an entry a change; written in the change''s own transaction.';
COMMENT ON COLUMN events.id IS 'UUIDv7: its order is the order of the history.';
COMMENT ON COLUMN events.data IS 'The names as they were then, by kind; see src/models/event.rs.';

CREATE INDEX events_board_id ON events (board_id, id);
CREATE INDEX events_card_id ON events (card_id, id) WHERE card_id IS NOT NULL;
