-- Contracts: what it takes away only the dump brings back, and the version before must not run on what is left.
UPDATE boards SET title = 'taken away';
UPDATE schema_compatibility SET min_compatible = '20990101000002';
