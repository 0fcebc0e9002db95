ALTER TABLE objects ADD COLUMN replaced_at timestamptz;

COMMENT ON COLUMN objects.replaced_at IS 'Since when a file has another content in its place; readers who have begun may finish.';
