LOCK TABLE sessions IN SHARE ROW EXCLUSIVE MODE;

ALTER TABLE sessions ADD COLUMN is_token boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN sessions.is_token IS 'Of a program with an API token; false for a browser. Such a session ends when it was said to, however it is used.';

CREATE TABLE api_tokens (
    session_id uuid PRIMARY KEY REFERENCES sessions ON DELETE CASCADE,
    name text NOT NULL,
    hint text NOT NULL,
    scope text NOT NULL,
    board_ids uuid[] NOT NULL
);

COMMENT ON TABLE api_tokens IS 'What a session of a program may do: its token is known to sessions by its hash alone.';
COMMENT ON COLUMN api_tokens.hint IS 'The end of the token, by which its owner knows it.';
COMMENT ON COLUMN api_tokens.scope IS 'read, write or manage; each may do what the one before may.';
COMMENT ON COLUMN api_tokens.board_ids IS 'The boards that it reaches; empty for all of its owner''s.';
