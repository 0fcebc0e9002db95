LOCK TABLE boards, users, objects IN SHARE ROW EXCLUSIVE MODE;

CREATE TABLE exports (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    board_id uuid REFERENCES boards ON DELETE CASCADE,
    language text NOT NULL,
    object_key text REFERENCES objects ON DELETE SET NULL,
    done integer NOT NULL DEFAULT 0,
    total integer NOT NULL DEFAULT 0,
    missing integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    made_at timestamptz,
    failure text,
    CHECK (made_at IS NULL OR object_key IS NOT NULL),
    CHECK (made_at IS NULL OR failure IS NULL)
);
CREATE UNIQUE INDEX exports_of_board ON exports (user_id, board_id) WHERE board_id IS NOT NULL;
CREATE UNIQUE INDEX exports_of_account ON exports (user_id) WHERE board_id IS NULL;
CREATE INDEX exports_board_id ON exports (board_id);
CREATE INDEX exports_object_key ON exports (object_key);
CREATE INDEX exports_expires_at ON exports (expires_at);

COMMENT ON TABLE exports IS 'What people take along: a ZIP of one board, or of all of theirs. One at a time of each.';
COMMENT ON COLUMN exports.user_id IS 'Who asked for it; what is in it is what they may see.';
COMMENT ON COLUMN exports.board_id IS 'The board; null for all boards of the person.';
COMMENT ON COLUMN exports.language IS 'The BCP 47 tag of the language of its pages.';
COMMENT ON COLUMN exports.object_key IS 'Where it lies, or is being written.';
COMMENT ON COLUMN exports.done IS 'How many of its cards and files have been written.';
COMMENT ON COLUMN exports.total IS 'How many there are; 0 before it was begun.';
COMMENT ON COLUMN exports.missing IS 'How many files could not be read from their store.';
COMMENT ON COLUMN exports.expires_at IS 'Until when it is there; then row and content go.';
COMMENT ON COLUMN exports.made_at IS 'Since when it can be downloaded; null while it waits or is being made.';
COMMENT ON COLUMN exports.failure IS 'Why it could not be made.';
