CREATE TABLE objects (
    key text PRIMARY KEY CHECK (key <> ''),
    store text NOT NULL CHECK (store IN ('local', 's3')),
    size bigint CHECK (size >= 0),
    sha256 bytea CHECK (octet_length(sha256) = 32),
    multipart_id text,
    created_at timestamptz NOT NULL,
    stored_at timestamptz,
    condemned_at timestamptz,
    CHECK ((stored_at IS NULL) = (size IS NULL)),
    CHECK ((stored_at IS NULL) = (sha256 IS NULL)),
    CHECK (stored_at IS NULL OR condemned_at IS NULL)
);

COMMENT ON TABLE objects IS 'What lies in a store, or is on its way there: the row is written before the first byte.';
COMMENT ON COLUMN objects.key IS 'Its name in the store; never given twice.';
COMMENT ON COLUMN objects.multipart_id IS 'Under which S3 keeps the parts of an upload that is not complete.';
COMMENT ON COLUMN objects.stored_at IS 'Since when it is complete; unset while it is on its way.';
COMMENT ON COLUMN objects.condemned_at IS 'Since when an upload that was never completed is being removed; nothing can complete it any more.';

CREATE INDEX objects_under_way ON objects (created_at) WHERE stored_at IS NULL;

CREATE TABLE files (
    id uuid PRIMARY KEY,
    board_id uuid NOT NULL REFERENCES boards ON DELETE CASCADE,
    card_id uuid NOT NULL REFERENCES cards ON DELETE CASCADE,
    object_key text NOT NULL UNIQUE REFERENCES objects,
    name text NOT NULL CHECK (name <> ''),
    content_type text NOT NULL,
    uploaded_by uuid REFERENCES users ON DELETE SET NULL,
    created_at timestamptz NOT NULL,
    deleted_at timestamptz
);

COMMENT ON TABLE files IS 'A file on a card.';
COMMENT ON COLUMN files.object_key IS 'Its content; another one after it was replaced.';
COMMENT ON COLUMN files.content_type IS 'What the bytes say, whatever the browser said.';
COMMENT ON COLUMN files.deleted_at IS 'Since when nobody finds the file any more; the row goes 30 days later.';

CREATE INDEX files_card_id ON files (card_id, id);
CREATE INDEX files_board_id ON files (board_id, id);
