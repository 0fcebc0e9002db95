-- In the place of card_mentions, which knows not where a card was named, so that what an edit no longer names stayed in it. An older
-- binary goes on writing there; a later release drops it.
LOCK TABLE boards, cards, comments, users IN SHARE ROW EXCLUSIVE MODE;

CREATE TABLE card_references (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    card_id uuid NOT NULL REFERENCES cards ON DELETE CASCADE,
    named_in uuid NOT NULL REFERENCES cards ON DELETE CASCADE,
    comment_id uuid REFERENCES comments ON DELETE CASCADE
);
CREATE INDEX card_references_card_id ON card_references (card_id);
CREATE INDEX card_references_named_in ON card_references (named_in);
CREATE INDEX card_references_comment_id ON card_references (comment_id);

INSERT INTO card_references (card_id, named_in) SELECT card_id, mentioned_in FROM card_mentions;

COMMENT ON TABLE card_references IS 'Which cards a card''s text or comments name.';
COMMENT ON COLUMN card_references.named_in IS 'The card whose text or comment it is.';
COMMENT ON COLUMN card_references.comment_id IS 'The comment; null for the card''s own text.';

CREATE TABLE former_members (
    board_id uuid NOT NULL REFERENCES boards ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    left_at timestamptz NOT NULL,
    PRIMARY KEY (board_id, user_id)
);
CREATE INDEX former_members_user_id ON former_members (user_id);

COMMENT ON TABLE former_members IS 'Who was on a board until they left or were removed: they are told so where others are told that there is no such board.';
