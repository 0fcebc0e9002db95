LOCK TABLE boards, cards IN SHARE ROW EXCLUSIVE MODE;

CREATE TABLE labels (
    id uuid PRIMARY KEY,
    board_id uuid NOT NULL REFERENCES boards ON DELETE CASCADE,
    name text NOT NULL CHECK (char_length(name) <= 60),
    color text NOT NULL,
    rank text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    deleted_at timestamptz
);
CREATE INDEX labels_board_id_rank ON labels (board_id, rank);

COMMENT ON TABLE labels IS 'What cards of a board can be marked with.';
COMMENT ON COLUMN labels.name IS 'May be empty: then the color is all there is.';
COMMENT ON COLUMN labels.rank IS 'Fractional rank: the order of a board''s labels, compared byte by byte.';
COMMENT ON COLUMN labels.deleted_at IS 'Since when nobody finds the label any more; the row goes 30 days later, with it those of the cards.';

CREATE TABLE card_labels (
    card_id uuid NOT NULL REFERENCES cards ON DELETE CASCADE,
    label_id uuid NOT NULL REFERENCES labels ON DELETE CASCADE,
    board_id uuid NOT NULL REFERENCES boards ON DELETE CASCADE,
    PRIMARY KEY (card_id, label_id)
);
CREATE INDEX card_labels_label_id ON card_labels (label_id);
CREATE INDEX card_labels_board_id ON card_labels (board_id);

COMMENT ON TABLE card_labels IS 'Which labels a card has.';
