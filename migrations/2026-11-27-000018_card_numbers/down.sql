LOCK TABLE cards IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER cards_keep_last_number ON cards;
DROP FUNCTION cards_keep_last_number();
DROP TRIGGER cards_give_number ON cards;
DROP FUNCTION cards_give_number();
ALTER TABLE cards DROP COLUMN number;
