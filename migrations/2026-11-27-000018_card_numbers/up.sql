-- A card's number on its board: given in order, never twice. A trigger gives it, so that the cards of an older version, and
-- of an import, have one too; the change that makes a card holds the board's row already.
LOCK TABLE boards IN SHARE ROW EXCLUSIVE MODE;
LOCK TABLE cards IN ACCESS EXCLUSIVE MODE;
ALTER TABLE cards ADD COLUMN number integer CHECK (number > 0);
-- Built here, where no card has a number yet and the table is held anyway.
CREATE UNIQUE INDEX cards_board_id_number_key ON cards (board_id, number);

-- The cards that are there get the numbers up to this one, in the next step.
UPDATE boards SET last_card_number = (SELECT count(*) FROM cards WHERE cards.board_id = boards.id);

CREATE FUNCTION cards_give_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE boards SET last_card_number = last_card_number + 1 WHERE id = NEW.board_id
    RETURNING last_card_number INTO NEW.number;
    RETURN NEW;
END
$$;
CREATE TRIGGER cards_give_number BEFORE INSERT ON cards FOR EACH ROW EXECUTE FUNCTION cards_give_number();

COMMENT ON COLUMN cards.number IS 'Its number on its board: #42. Given in order, never twice.';
