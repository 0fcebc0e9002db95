LOCK TABLE boards, users IN SHARE ROW EXCLUSIVE MODE;

CREATE TABLE invitations (
    id uuid PRIMARY KEY,
    board_id uuid NOT NULL REFERENCES boards ON DELETE CASCADE,
    email text NOT NULL,
    canonical_email text NOT NULL,
    role text NOT NULL CHECK (role IN ('owner', 'editor', 'commenter', 'viewer')),
    invited_by uuid REFERENCES users ON DELETE SET NULL,
    created_at timestamptz NOT NULL,
    sent_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    accepted_at timestamptz,
    declined_at timestamptz,
    revoked_at timestamptz
);
CREATE UNIQUE INDEX invitations_open ON invitations (board_id, canonical_email)
    WHERE accepted_at IS NULL AND declined_at IS NULL AND revoked_at IS NULL;
CREATE INDEX invitations_canonical_email ON invitations (canonical_email);

COMMENT ON TABLE invitations IS 'A person asked by mail to join a board. Its link is signed, and kept nowhere.';
COMMENT ON COLUMN invitations.email IS 'As typed.';
COMMENT ON COLUMN invitations.canonical_email IS 'The one form of all spellings of the address.';
COMMENT ON COLUMN invitations.sent_at IS 'When its mail was last sent.';

CREATE TABLE join_links (
    id uuid PRIMARY KEY,
    board_id uuid NOT NULL REFERENCES boards ON DELETE CASCADE,
    role text NOT NULL CHECK (role IN ('editor', 'commenter', 'viewer')),
    uses integer NOT NULL DEFAULT 0,
    uses_most integer CHECK (uses_most > 0),
    created_by uuid REFERENCES users ON DELETE SET NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX join_links_board_id ON join_links (board_id);

COMMENT ON TABLE join_links IS 'A link with which whoever has it joins a board. It is signed, and kept nowhere.';
COMMENT ON COLUMN join_links.uses_most IS 'How many people may join by it; null for any number.';
