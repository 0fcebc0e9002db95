LOCK TABLE boards, cards IN SHARE ROW EXCLUSIVE MODE;

CREATE TABLE card_links (
    id uuid PRIMARY KEY,
    from_id uuid NOT NULL REFERENCES cards ON DELETE CASCADE,
    from_board_id uuid NOT NULL,
    to_id uuid NOT NULL REFERENCES cards ON DELETE CASCADE,
    to_board_id uuid NOT NULL,
    kind text NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (from_id, to_id, kind),
    CHECK (from_id <> to_id)
);
CREATE INDEX card_links_to_id ON card_links (to_id);
-- A board page asks at each look which other boards have cards that block its own: this index alone answers.
CREATE INDEX card_links_to_board_id ON card_links (to_board_id, kind, from_board_id);

COMMENT ON TABLE card_links IS 'What cards are to each other, also across boards.';
COMMENT ON COLUMN card_links.from_id IS 'The card that relates to, blocks or duplicates the other one.';
COMMENT ON COLUMN card_links.from_board_id IS 'The board of that card; a trigger on cards keeps it so.';
COMMENT ON COLUMN card_links.to_board_id IS 'The board of the other one; kept in the same way.';

-- A card can go to another board.
CREATE FUNCTION card_links_follow_cards() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE card_links SET from_board_id = NEW.board_id WHERE from_id = NEW.id;
    UPDATE card_links SET to_board_id = NEW.board_id WHERE to_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER card_links_follow_cards AFTER UPDATE OF board_id ON cards
    FOR EACH ROW WHEN (OLD.board_id IS DISTINCT FROM NEW.board_id) EXECUTE FUNCTION card_links_follow_cards();
