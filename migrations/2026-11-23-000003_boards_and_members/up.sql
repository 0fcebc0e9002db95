CREATE TABLE boards (
    id uuid PRIMARY KEY,
    title text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 120),
    color text NOT NULL CHECK (color IN ('slate', 'red', 'orange', 'amber', 'green', 'teal', 'sky', 'blue', 'violet', 'pink')),
    revision bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    archived_at timestamptz,
    deleted_at timestamptz
);

COMMENT ON TABLE boards IS 'A board: columns with cards, shared by its members.';
COMMENT ON COLUMN boards.revision IS 'Raised by every change of anything on the board, in that change''s transaction.';
COMMENT ON COLUMN boards.archived_at IS 'Since when the board is read-only and out of the way.';
COMMENT ON COLUMN boards.deleted_at IS 'Since when nobody finds the board any more; the row goes 30 days later.';

CREATE TABLE members (
    board_id uuid NOT NULL REFERENCES boards ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    role text NOT NULL CHECK (role IN ('owner', 'editor', 'commenter', 'viewer')),
    starred_at timestamptz,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (board_id, user_id)
);

COMMENT ON TABLE members IS 'A user''s role on a board. Every look-up of anything on a board goes through here.';
COMMENT ON COLUMN members.starred_at IS 'Since when this user has the board among the starred ones.';

CREATE INDEX members_user_id ON members (user_id);
