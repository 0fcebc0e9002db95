-- Web and worker report when the last backup succeeded. They may run on other
-- hosts than the backup and see nothing of BACKUP_DIR, so it is noted here.
-- No row until one has succeeded.
CREATE TABLE last_backup (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    succeeded_at timestamptz NOT NULL
);

COMMENT ON TABLE last_backup IS 'The newest backup that succeeded; one row, or none before the first.';
COMMENT ON COLUMN last_backup.succeeded_at IS 'When it was begun: everything from before is in it.';
