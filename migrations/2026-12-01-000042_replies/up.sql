LOCK TABLE cards, users IN SHARE ROW EXCLUSIVE MODE;

CREATE TABLE reply_addresses (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    card_id uuid NOT NULL REFERENCES cards ON DELETE CASCADE,
    UNIQUE (user_id, card_id)
);
CREATE INDEX reply_addresses_card_id ON reply_addresses (card_id);

COMMENT ON TABLE reply_addresses IS 'Addresses to which a person replies from a mail of one card.';
COMMENT ON COLUMN reply_addresses.id IS 'Signed, it is the token of the address.';

CREATE TABLE received_mails (
    id bytea PRIMARY KEY,
    received_at timestamptz NOT NULL
);
CREATE INDEX received_mails_received_at ON received_mails (received_at);

COMMENT ON TABLE received_mails IS 'Replies that became comments: a mail server that did not hear so sends them again.';
COMMENT ON COLUMN received_mails.id IS 'SHA-256 of its Message-ID and of the address that it came to.';

CREATE TABLE refused_mails (
    sender bytea PRIMARY KEY,
    refused_at timestamptz NOT NULL
);

COMMENT ON TABLE refused_mails IS 'Senders who were told that a mail of theirs was refused: once a day.';
COMMENT ON COLUMN refused_mails.sender IS 'SHA-256 of the address.';
