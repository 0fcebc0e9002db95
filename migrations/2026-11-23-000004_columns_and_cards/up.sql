CREATE TABLE columns (
    id uuid PRIMARY KEY,
    board_id uuid NOT NULL REFERENCES boards ON DELETE CASCADE,
    title text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 120),
    rank text COLLATE "C" NOT NULL CHECK (rank <> ''),
    wip_limit integer CHECK (wip_limit BETWEEN 1 AND 999),
    created_at timestamptz NOT NULL,
    archived_at timestamptz,
    -- Deferrable: spreading the ranks anew is one statement, and passes through doubles.
    UNIQUE (board_id, rank) DEFERRABLE,
    UNIQUE (id, board_id)
);

COMMENT ON TABLE columns IS 'A column of a board.';
COMMENT ON COLUMN columns.rank IS 'Fractional rank: the order of a board''s columns, compared byte by byte.';
COMMENT ON COLUMN columns.wip_limit IS 'How many cards the column should hold at most; a warning, not a wall.';

CREATE TABLE cards (
    id uuid PRIMARY KEY,
    board_id uuid NOT NULL,
    column_id uuid NOT NULL,
    title text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 500),
    body text NOT NULL DEFAULT '' CHECK (char_length(body) <= 50000),
    rank text COLLATE "C" NOT NULL CHECK (rank <> ''),
    version integer NOT NULL DEFAULT 0,
    created_by uuid REFERENCES users ON DELETE SET NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    archived_at timestamptz,
    deleted_at timestamptz,
    UNIQUE (column_id, rank) DEFERRABLE,
    -- A card's column is on the card's board, whatever the code does.
    FOREIGN KEY (column_id, board_id) REFERENCES columns (id, board_id) ON DELETE CASCADE
);

COMMENT ON TABLE cards IS 'A card in a column.';
COMMENT ON COLUMN cards.body IS 'Markdown.';
COMMENT ON COLUMN cards.rank IS 'Fractional rank: the order of a column''s cards, compared byte by byte. Archived cards keep theirs.';
COMMENT ON COLUMN cards.version IS 'Raised when title or body change, so that two people who edit one card notice each other.';
COMMENT ON COLUMN cards.deleted_at IS 'Since when nobody finds the card any more; the row goes 30 days later.';

-- The board page reads its cards in order from this index.
CREATE INDEX cards_on_board ON cards (board_id, column_id, rank) WHERE archived_at IS NULL AND deleted_at IS NULL;
