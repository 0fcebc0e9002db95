LOCK TABLE boards, cards, users IN SHARE ROW EXCLUSIVE MODE;

CREATE TABLE assignees (
    card_id uuid NOT NULL REFERENCES cards ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    board_id uuid NOT NULL REFERENCES boards ON DELETE CASCADE,
    assigned_by uuid REFERENCES users ON DELETE SET NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (card_id, user_id)
);
CREATE INDEX assignees_board_id ON assignees (board_id);
CREATE INDEX assignees_user_id ON assignees (user_id);
CREATE INDEX assignees_assigned_by ON assignees (assigned_by);

COMMENT ON TABLE assignees IS 'Who a card is for.';

CREATE TABLE card_watches (
    card_id uuid NOT NULL REFERENCES cards ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (card_id, user_id)
);
CREATE INDEX card_watches_user_id ON card_watches (user_id);

COMMENT ON TABLE card_watches IS 'Who is told of what happens to a card.';

CREATE TABLE board_watches (
    board_id uuid NOT NULL REFERENCES boards ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (board_id, user_id)
);
CREATE INDEX board_watches_user_id ON board_watches (user_id);

COMMENT ON TABLE board_watches IS 'Who is told of new cards on a board.';

CREATE TABLE card_mentions (
    card_id uuid NOT NULL REFERENCES cards ON DELETE CASCADE,
    mentioned_in uuid NOT NULL REFERENCES cards ON DELETE CASCADE,
    PRIMARY KEY (card_id, mentioned_in)
);
CREATE INDEX card_mentions_mentioned_in ON card_mentions (mentioned_in);

COMMENT ON TABLE card_mentions IS 'Which cards a card''s text or comments name.';
