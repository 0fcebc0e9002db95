LOCK TABLE cards IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER cards_give_number ON cards;
DROP FUNCTION cards_give_number();
ALTER TABLE cards DROP COLUMN number;
