LOCK TABLE boards, cards IN SHARE ROW EXCLUSIVE MODE;

CREATE TABLE fields (
    id uuid PRIMARY KEY,
    board_id uuid NOT NULL REFERENCES boards ON DELETE CASCADE,
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 60),
    kind text NOT NULL,
    on_card boolean NOT NULL,
    shows_sum boolean NOT NULL,
    rank text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    deleted_at timestamptz
);
CREATE INDEX fields_board_id_rank ON fields (board_id, rank);

COMMENT ON TABLE fields IS 'A field of a board''s own, which its cards fill in.';
COMMENT ON COLUMN fields.kind IS 'What its values are; never changed.';
COMMENT ON COLUMN fields.on_card IS 'Whether the board shows the values on its cards.';
COMMENT ON COLUMN fields.shows_sum IS 'Whether a column''s head shows the sum of its cards'' numbers.';
COMMENT ON COLUMN fields.rank IS 'Fractional rank: the order of a board''s fields, compared byte by byte.';
COMMENT ON COLUMN fields.deleted_at IS 'Since when nobody finds the field any more; the row goes 30 days later, with it the values of the cards.';

CREATE TABLE field_choices (
    id uuid PRIMARY KEY,
    field_id uuid NOT NULL REFERENCES fields ON DELETE CASCADE,
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 60),
    place integer NOT NULL,
    deleted_at timestamptz
);
CREATE INDEX field_choices_field_id ON field_choices (field_id, place);

COMMENT ON TABLE field_choices IS 'What can be chosen for a field of the kind choice.';
COMMENT ON COLUMN field_choices.place IS 'The order of a field''s choices, from 0.';
COMMENT ON COLUMN field_choices.deleted_at IS 'Since when it can be chosen no more and no card shows it; the row goes 30 days later.';

CREATE TABLE card_fields (
    card_id uuid NOT NULL REFERENCES cards ON DELETE CASCADE,
    field_id uuid NOT NULL REFERENCES fields ON DELETE CASCADE,
    board_id uuid NOT NULL REFERENCES boards ON DELETE CASCADE,
    value text CHECK (value <> ''),
    choice_id uuid REFERENCES field_choices ON DELETE CASCADE,
    PRIMARY KEY (card_id, field_id),
    CHECK ((value IS NULL) <> (choice_id IS NULL))
);
CREATE INDEX card_fields_field_id ON card_fields (field_id);
CREATE INDEX card_fields_board_id ON card_fields (board_id);
CREATE INDEX card_fields_choice_id ON card_fields (choice_id);

COMMENT ON TABLE card_fields IS 'What cards have filled in; without a row where that is nothing.';
COMMENT ON COLUMN card_fields.value IS 'In the one form that its kind has: a number''s digits, a day in ISO 8601, yes or no, a line of text.';
COMMENT ON COLUMN card_fields.choice_id IS 'What was chosen, in place of a value.';
