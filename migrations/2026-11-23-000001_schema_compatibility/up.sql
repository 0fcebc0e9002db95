-- Which binaries may still run on this database. One row: the version of the
-- newest migration that a binary must know. Steps that only expand leave it
-- alone; a step that contracts raises it (see migrations/README.md).
CREATE TABLE schema_compatibility (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    min_compatible text NOT NULL
);

COMMENT ON TABLE schema_compatibility IS 'Which binaries may still run on this database; one row.';
COMMENT ON COLUMN schema_compatibility.min_compatible IS 'Version of the newest migration a binary must know.';

INSERT INTO schema_compatibility (min_compatible) VALUES ('20261123000001');
