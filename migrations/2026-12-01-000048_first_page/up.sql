LOCK TABLE cards, users IN SHARE ROW EXCLUSIVE MODE;

ALTER TABLE users ADD COLUMN boards_first boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN users.boards_first IS 'Whether the person sees their boards after signing in, not their work, however many boards there are.';

-- What a person made is asked for by their page.
CREATE INDEX cards_created_by ON cards (created_by, created_at);
