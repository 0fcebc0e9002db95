CREATE TABLE thumbnails (
    file_id uuid PRIMARY KEY REFERENCES files ON DELETE CASCADE,
    object_key text NOT NULL,
    width integer CHECK (width > 0),
    height integer CHECK (height > 0),
    content_type text,
    bytes bytea,
    made_at timestamptz NOT NULL,
    CHECK (num_nulls(width, height, content_type, bytes) IN (0, 4))
);

-- They are compressed pictures already.
ALTER TABLE thumbnails ALTER bytes SET STORAGE EXTERNAL;

COMMENT ON TABLE thumbnails IS 'The small picture of a file; without one where the file cannot be decoded.';
COMMENT ON COLUMN thumbnails.object_key IS 'The content it was made of: after another one has come, this one counts for nothing.';

CREATE TABLE covers (
    card_id uuid PRIMARY KEY REFERENCES cards ON DELETE CASCADE,
    file_id uuid NOT NULL UNIQUE REFERENCES files ON DELETE CASCADE
);

COMMENT ON TABLE covers IS 'Which of its files a card shows on the board.';
