LOCK TABLE boards, cards, users IN SHARE ROW EXCLUSIVE MODE;

CREATE TABLE notifications (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    board_id uuid NOT NULL REFERENCES boards ON DELETE CASCADE,
    card_id uuid REFERENCES cards ON DELETE CASCADE,
    subject_id uuid NOT NULL GENERATED ALWAYS AS (coalesce(card_id, board_id)) STORED,
    reason text NOT NULL,
    event_id uuid,
    actor_id uuid REFERENCES users ON DELETE SET NULL,
    count integer NOT NULL DEFAULT 1,
    happened_at timestamptz NOT NULL,
    told_at timestamptz NOT NULL,
    read_at timestamptz,
    snoozed_until timestamptz,
    mail_urgent boolean NOT NULL DEFAULT false,
    mail_rest boolean NOT NULL DEFAULT false,
    mail_due boolean NOT NULL DEFAULT false,
    due_told text,
    overdue_told text,
    UNIQUE (user_id, subject_id)
);
CREATE INDEX notifications_unread ON notifications (user_id) WHERE read_at IS NULL;
CREATE INDEX notifications_to_mail ON notifications (user_id)
    WHERE read_at IS NULL AND (mail_urgent OR mail_rest OR mail_due);
CREATE INDEX notifications_card_id ON notifications (card_id);
CREATE INDEX notifications_board_id ON notifications (board_id);
CREATE INDEX notifications_actor_id ON notifications (actor_id);
CREATE INDEX notifications_read_at ON notifications (read_at) WHERE read_at IS NOT NULL;

COMMENT ON TABLE notifications IS 'What a person is told: one line a card, or a board where it is of no card.';
COMMENT ON COLUMN notifications.board_id IS 'The board of the card; it follows the card to another one.';
COMMENT ON COLUMN notifications.subject_id IS 'The card, or the board.';
COMMENT ON COLUMN notifications.reason IS 'Why they are told: the most pressing since they read it.';
COMMENT ON COLUMN notifications.event_id IS 'What happened last; null for what the calendar says. No foreign key: erasing a card would look for each of its events.';
COMMENT ON COLUMN notifications.actor_id IS 'Who did that.';
COMMENT ON COLUMN notifications.count IS 'How much has happened since it was read.';
COMMENT ON COLUMN notifications.told_at IS 'When this line was last written to, by the clock of the worker.';
COMMENT ON COLUMN notifications.snoozed_until IS 'Until then it is neither shown, nor counted, nor mailed.';
COMMENT ON COLUMN notifications.mail_urgent IS 'Whether a mention or an assignment is in no mail yet.';
COMMENT ON COLUMN notifications.mail_rest IS 'Whether something else is in no mail yet.';
COMMENT ON COLUMN notifications.mail_due IS 'Whether a date that comes or is past is in no mail yet.';
COMMENT ON COLUMN notifications.due_told IS 'The date of which was last said that it is tomorrow.';
COMMENT ON COLUMN notifications.overdue_told IS 'The date of which was last said that it is past.';

CREATE TABLE untold_events (
    board_id uuid NOT NULL,
    event_id uuid NOT NULL,
    after_user uuid,
    PRIMARY KEY (board_id, event_id)
);

COMMENT ON TABLE untold_events IS 'Events that somebody is still to be told of. A row goes with the notifications that it makes, in one transaction.';
COMMENT ON COLUMN untold_events.after_user IS 'The last person, by id, who was told already.';

CREATE TABLE notification_settings (
    user_id uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    urgent text NOT NULL,
    rest text NOT NULL,
    hour smallint NOT NULL CHECK (hour BETWEEN 0 AND 23),
    due boolean NOT NULL,
    muted_reasons text NOT NULL
);

COMMENT ON TABLE notification_settings IS 'What mail a person wants; a person without a row has the usual.';
COMMENT ON COLUMN notification_settings.urgent IS 'When mentions and assignments are mailed.';
COMMENT ON COLUMN notification_settings.rest IS 'When the rest is.';
COMMENT ON COLUMN notification_settings.hour IS 'The hour of daily and weekly mails, in the person''s zone.';
COMMENT ON COLUMN notification_settings.due IS 'Whether dates are mailed, at eight in the person''s zone.';
COMMENT ON COLUMN notification_settings.muted_reasons IS 'Of what no mail tells: words with spaces between them.';

CREATE TABLE muted_cards (
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    card_id uuid NOT NULL REFERENCES cards ON DELETE CASCADE,
    PRIMARY KEY (user_id, card_id)
);
CREATE INDEX muted_cards_card_id ON muted_cards (card_id);

COMMENT ON TABLE muted_cards IS 'Cards of which no mail tells a person.';

CREATE TABLE notification_mails (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    kind text NOT NULL,
    window_at timestamptz NOT NULL,
    card_id uuid,
    items jsonb NOT NULL,
    sent_at timestamptz
);
CREATE UNIQUE INDEX notification_mails_window ON notification_mails (user_id, kind, window_at) WHERE card_id IS NULL;
CREATE INDEX notification_mails_card ON notification_mails (user_id, card_id) WHERE card_id IS NOT NULL;
CREATE INDEX notification_mails_window_at ON notification_mails (window_at);

COMMENT ON TABLE notification_mails IS 'Mails that tell a person what happened, one a window; what is in it is written before it is sent.';
COMMENT ON COLUMN notification_mails.id IS 'Of the job that sends it, and its Message-ID: a mail that is sent again is the same mail.';
COMMENT ON COLUMN notification_mails.window_at IS 'When the window ended; for a mail at once when it was made.';
COMMENT ON COLUMN notification_mails.card_id IS 'The card of a mail at once.';

-- Who is to be reminded is asked every quarter of an hour. A million cards take half a second to be looked through.
CREATE INDEX cards_due_on ON cards (due_on) WHERE due_on IS NOT NULL AND done_at IS NULL;
CREATE INDEX cards_due_at ON cards (due_at) WHERE due_at IS NOT NULL AND done_at IS NULL;

-- The one place that weighs what a person may be told: whenever it is shown, counted or mailed. PostgreSQL puts it into the
-- query that calls it.
CREATE FUNCTION shown_notifications(person uuid) RETURNS SETOF notifications LANGUAGE sql STABLE AS $$
    SELECT notifications.*
    FROM notifications
    JOIN users ON users.id = notifications.user_id AND users.disabled_at IS NULL
    JOIN boards ON boards.id = notifications.board_id AND boards.deleted_at IS NULL
    LEFT JOIN cards ON cards.id = notifications.card_id AND cards.deleted_at IS NULL
    LEFT JOIN members ON members.board_id = notifications.board_id AND members.user_id = notifications.user_id
    WHERE notifications.user_id = person
        AND (notifications.card_id IS NULL OR cards.id IS NOT NULL)
        AND (notifications.snoozed_until IS NULL OR notifications.snoozed_until <= now())
        AND CASE WHEN notifications.reason = 'invitation' THEN members.user_id IS NULL AND EXISTS (
                SELECT FROM invitations
                WHERE invitations.board_id = notifications.board_id
                    AND invitations.canonical_email = users.canonical_email AND invitations.expires_at > now()
                    AND invitations.accepted_at IS NULL AND invitations.declined_at IS NULL
                    AND invitations.revoked_at IS NULL
            )
            ELSE members.user_id IS NOT NULL OR boards.open_role IS NOT NULL
        END
$$;

COMMENT ON FUNCTION shown_notifications IS 'What a person is told, of that which they may see now.';

-- Every page says it, so it is asked with who the reader is. PL/pgSQL, because it keeps its plan for the connection's life.
CREATE FUNCTION unread_notifications(person uuid) RETURNS integer LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        SELECT count(*) FROM (SELECT FROM shown_notifications(person) WHERE read_at IS NULL LIMIT 100) AS unread
    );
END
$$;

COMMENT ON FUNCTION unread_notifications IS 'How many lines a person has not read, up to a hundred.';
