LOCK TABLE boards, users IN SHARE ROW EXCLUSIVE MODE;

CREATE TABLE public_links (
    id uuid PRIMARY KEY,
    board_id uuid NOT NULL REFERENCES boards ON DELETE CASCADE,
    shows_comments boolean NOT NULL,
    password_hash text,
    created_by uuid REFERENCES users ON DELETE SET NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz
);
CREATE UNIQUE INDEX public_links_open ON public_links (board_id) WHERE revoked_at IS NULL;
CREATE INDEX public_links_board_id ON public_links (board_id);

COMMENT ON TABLE public_links IS 'A link with which a board is looked at without an account. It is signed, and kept nowhere.';
COMMENT ON COLUMN public_links.password_hash IS 'argon2id, as a PHC string; null where the link alone suffices.';
COMMENT ON COLUMN public_links.expires_at IS 'Null for a link without an end.';
