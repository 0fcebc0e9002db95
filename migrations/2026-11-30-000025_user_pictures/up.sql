ALTER TABLE users ADD COLUMN picture_at timestamptz;

CREATE TABLE user_pictures (
    user_id uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    original bytea,
    is_refused boolean NOT NULL DEFAULT false,
    uploaded_at timestamptz NOT NULL,
    content_type text,
    bytes bytea
);

COMMENT ON COLUMN users.picture_at IS 'When the picture was made that stands for the person; null where their initials do.';
COMMENT ON TABLE user_pictures IS 'The picture that a person uploaded of themselves.';
COMMENT ON COLUMN user_pictures.original IS 'As it was uploaded; null once the worker has made a small square of it.';
COMMENT ON COLUMN user_pictures.is_refused IS 'Whether the worker could not read what was uploaded last.';
