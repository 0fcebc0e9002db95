LOCK TABLE boards, cards, users IN SHARE ROW EXCLUSIVE MODE;

CREATE TABLE checklists (
    id uuid PRIMARY KEY,
    board_id uuid NOT NULL REFERENCES boards ON DELETE CASCADE,
    card_id uuid NOT NULL REFERENCES cards ON DELETE CASCADE,
    title text NOT NULL,
    rank text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    deleted_at timestamptz
);
CREATE INDEX checklists_card_id_rank ON checklists (card_id, rank);
CREATE INDEX checklists_board_id ON checklists (board_id);

COMMENT ON TABLE checklists IS 'A list of steps on a card.';
COMMENT ON COLUMN checklists.rank IS 'Fractional rank: the order of a card''s checklists, compared byte by byte.';
COMMENT ON COLUMN checklists.deleted_at IS 'Since when nobody finds the checklist any more; the row goes 30 days later, with its items.';

CREATE TABLE checklist_items (
    id uuid PRIMARY KEY,
    board_id uuid NOT NULL REFERENCES boards ON DELETE CASCADE,
    card_id uuid NOT NULL REFERENCES cards ON DELETE CASCADE,
    checklist_id uuid NOT NULL REFERENCES checklists ON DELETE CASCADE,
    text text NOT NULL,
    rank text COLLATE "C" NOT NULL,
    checked_at timestamptz,
    user_id uuid REFERENCES users ON DELETE SET NULL,
    due_on date,
    due_at timestamptz,
    created_at timestamptz NOT NULL,
    deleted_at timestamptz,
    CHECK (due_on IS NULL OR due_at IS NULL)
);
CREATE INDEX checklist_items_checklist_id_rank ON checklist_items (checklist_id, rank);
CREATE INDEX checklist_items_card_id ON checklist_items (card_id);
CREATE INDEX checklist_items_board_id ON checklist_items (board_id);
CREATE INDEX checklist_items_user_id ON checklist_items (user_id);

COMMENT ON TABLE checklist_items IS 'A step of a checklist.';
COMMENT ON COLUMN checklist_items.card_id IS 'The checklist''s card.';
COMMENT ON COLUMN checklist_items.text IS 'A line of Markdown.';
COMMENT ON COLUMN checklist_items.rank IS 'Fractional rank: the order of a checklist''s items, compared byte by byte.';
COMMENT ON COLUMN checklist_items.checked_at IS 'Since when it is done.';
COMMENT ON COLUMN checklist_items.user_id IS 'Who it is for.';
COMMENT ON COLUMN checklist_items.due_on IS 'The day on which it is due: that day everywhere.';
COMMENT ON COLUMN checklist_items.due_at IS 'The moment at which it is due, in place of a day.';
COMMENT ON COLUMN checklist_items.deleted_at IS 'Since when nobody finds the item any more; the row goes 30 days later.';
