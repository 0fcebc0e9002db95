ALTER TABLE users
    DROP COLUMN label_names,
    DROP COLUMN time_zone;

ALTER TABLE cards
    DROP CONSTRAINT cards_due_check,
    DROP CONSTRAINT cards_start_check,
    DROP COLUMN done_at,
    DROP COLUMN due_at,
    DROP COLUMN due_on,
    DROP COLUMN start_at,
    DROP COLUMN start_on;
