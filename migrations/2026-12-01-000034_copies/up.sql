LOCK TABLE boards, cards IN SHARE ROW EXCLUSIVE MODE;
LOCK TABLE files IN ACCESS EXCLUSIVE MODE;

-- The files of a copied card share their contents with those of the first. The index that made them unique found a content's
-- files as well, so another one takes its place; a million files take about a second.
CREATE INDEX files_object_key ON files (object_key);
ALTER TABLE files DROP CONSTRAINT files_object_key_key;

-- A card that went to another board has another number there; addresses with the old one lead on.
CREATE TABLE old_card_numbers (
    board_id uuid NOT NULL REFERENCES boards ON DELETE CASCADE,
    number integer NOT NULL,
    card_id uuid NOT NULL REFERENCES cards ON DELETE CASCADE,
    PRIMARY KEY (board_id, number)
);
CREATE INDEX old_card_numbers_card_id ON old_card_numbers (card_id);

COMMENT ON TABLE old_card_numbers IS 'Numbers of cards that have gone to another board since.';

-- A copied board's cards keep their numbers, so that the texts which name them still do. An older version says none.
CREATE OR REPLACE FUNCTION cards_give_number() RETURNS trigger LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF NEW.number IS NULL THEN
        NEW.number := 1 + greatest(
            (SELECT last_card_number FROM boards WHERE id = NEW.board_id),
            (SELECT max(number) FROM cards WHERE board_id = NEW.board_id)
        );
    END IF;
    RETURN NEW;
END
$$;
