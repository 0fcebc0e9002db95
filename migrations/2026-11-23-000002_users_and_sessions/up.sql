CREATE TABLE users (
    id uuid PRIMARY KEY,
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
    email text NOT NULL CHECK (char_length(email) BETWEEN 3 AND 254),
    password_hash text NOT NULL,
    theme text NOT NULL DEFAULT 'system' CHECK (theme IN ('system', 'light', 'dark')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    disabled_at timestamptz
);

COMMENT ON TABLE users IS 'A person with an account.';
COMMENT ON COLUMN users.email IS 'As typed; unique whatever its case.';
COMMENT ON COLUMN users.password_hash IS 'argon2id, PHC string.';
COMMENT ON COLUMN users.disabled_at IS 'Since when the account may not sign in.';

CREATE UNIQUE INDEX users_email_key ON users (lower(email));

CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    token_hash bytea NOT NULL UNIQUE,
    user_agent text NOT NULL,
    address text,
    created_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);

COMMENT ON TABLE sessions IS 'A signed-in browser.';
COMMENT ON COLUMN sessions.token_hash IS 'HMAC-SHA-256 of the cookie''s token under SESSION_SECRET; the token itself is kept nowhere.';
COMMENT ON COLUMN sessions.address IS 'The IP address of the last sign-in; unknown behind some proxies.';
COMMENT ON COLUMN sessions.expires_at IS 'Moves forward while the session is used.';

CREATE INDEX sessions_user_id ON sessions (user_id);
CREATE INDEX sessions_expires_at ON sessions (expires_at);
