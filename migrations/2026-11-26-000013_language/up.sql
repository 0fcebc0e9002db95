ALTER TABLE users ADD COLUMN language text CHECK (char_length(language) <= 35);

COMMENT ON COLUMN users.language IS 'The BCP 47 tag of the language of pages and mails; null for the browser''s.';
