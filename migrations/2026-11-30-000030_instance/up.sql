-- Two instances on one bucket or folder would remove each other's files: each
-- has an id here, and in its stores, and cleans up only where they agree.
CREATE TABLE instance (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    id uuid NOT NULL DEFAULT gen_random_uuid()
);

COMMENT ON TABLE instance IS 'Which instance of Xtablo this database belongs to; one row.';
COMMENT ON COLUMN instance.id IS 'The same stands in the stores that hold its files.';

INSERT INTO instance DEFAULT VALUES;
