LOCK TABLE boards, cards, users IN SHARE ROW EXCLUSIVE MODE;

CREATE TABLE comments (
    id uuid PRIMARY KEY,
    board_id uuid NOT NULL REFERENCES boards ON DELETE CASCADE,
    card_id uuid NOT NULL REFERENCES cards ON DELETE CASCADE,
    user_id uuid REFERENCES users ON DELETE SET NULL,
    body text NOT NULL CHECK (char_length(body) BETWEEN 1 AND 20000),
    version integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    edited_at timestamptz,
    deleted_at timestamptz,
    deleted_by uuid REFERENCES users ON DELETE SET NULL
);
CREATE INDEX comments_card_id ON comments (card_id, id);
CREATE INDEX comments_board_id ON comments (board_id) WHERE deleted_at IS NULL;
CREATE INDEX comments_user_id ON comments (user_id);
CREATE INDEX comments_deleted_at ON comments (deleted_at) WHERE deleted_at IS NOT NULL;

COMMENT ON TABLE comments IS 'What somebody says on a card.';
COMMENT ON COLUMN comments.id IS 'UUIDv7: its order is the order of the comments.';
COMMENT ON COLUMN comments.user_id IS 'Its author; null where the account is gone.';
COMMENT ON COLUMN comments.body IS 'Markdown.';
COMMENT ON COLUMN comments.version IS 'Raised when the text changes, so that two windows that edit it notice each other.';
COMMENT ON COLUMN comments.deleted_at IS 'Since when only a line says that it was there; the row goes 30 days later.';

CREATE TABLE comment_versions (
    comment_id uuid NOT NULL REFERENCES comments ON DELETE CASCADE,
    version integer NOT NULL,
    body text NOT NULL,
    written_at timestamptz NOT NULL,
    PRIMARY KEY (comment_id, version)
);

COMMENT ON TABLE comment_versions IS 'What a comment said before it was edited.';

CREATE TABLE reactions (
    comment_id uuid NOT NULL REFERENCES comments ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    reaction text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (comment_id, user_id, reaction)
);
CREATE INDEX reactions_user_id ON reactions (user_id);

COMMENT ON TABLE reactions IS 'An emoji that somebody put on a comment.';
