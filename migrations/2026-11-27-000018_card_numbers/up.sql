-- A card's number on its board: given in order, never twice. A trigger gives it, so that the cards of an older version, and
-- of an import, have one too; the change that makes a card holds the board's row already.
LOCK TABLE boards IN SHARE ROW EXCLUSIVE MODE;
LOCK TABLE cards IN ACCESS EXCLUSIVE MODE;
ALTER TABLE cards ADD COLUMN number integer CHECK (number > 0);
-- Built here, where no card has a number yet and the table is held anyway.
CREATE UNIQUE INDEX cards_board_id_number_key ON cards (board_id, number);

-- The cards that are there get the numbers up to this one, in the next step.
UPDATE boards SET last_card_number = (SELECT count(*) FROM cards WHERE cards.board_id = boards.id);

CREATE FUNCTION cards_give_number() RETURNS trigger LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    NEW.number := 1 + greatest(
        (SELECT last_card_number FROM boards WHERE id = NEW.board_id),
        (SELECT max(number) FROM cards WHERE board_id = NEW.board_id)
    );
    RETURN NEW;
END
$$;
CREATE TRIGGER cards_give_number BEFORE INSERT ON cards FOR EACH ROW EXECUTE FUNCTION cards_give_number();

-- Once a statement: thousands of cards in one would otherwise leave thousands of versions of the board's row.
CREATE FUNCTION cards_keep_last_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE boards SET last_card_number = last.number
    FROM (SELECT board_id, max(number) AS number FROM new_cards GROUP BY board_id) AS last
    WHERE boards.id = last.board_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER cards_keep_last_number AFTER INSERT ON cards REFERENCING NEW TABLE AS new_cards
    FOR EACH STATEMENT EXECUTE FUNCTION cards_keep_last_number();

COMMENT ON COLUMN cards.number IS 'Its number on its board: #42. Given in order, never twice.';
