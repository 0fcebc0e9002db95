LOCK TABLE boards, cards IN SHARE ROW EXCLUSIVE MODE;

ALTER TABLE boards ADD COLUMN is_template boolean NOT NULL DEFAULT false;
ALTER TABLE cards ADD COLUMN is_template boolean NOT NULL DEFAULT false;
-- No card is one yet; a million of them take half a second to be looked through.
CREATE INDEX cards_templates ON cards (board_id) WHERE is_template;

COMMENT ON COLUMN boards.is_template IS 'Whether the board is offered to begin other boards with.';
COMMENT ON COLUMN cards.is_template IS 'Whether the card is offered to begin other cards of its board with.';
