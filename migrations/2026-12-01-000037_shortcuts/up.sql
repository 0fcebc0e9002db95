ALTER TABLE users ADD COLUMN keys_off boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN users.keys_off IS 'Whether single letters do nothing on boards: who speaks to their computer sets them off by chance (WCAG 2.1.4).';
