ALTER TABLE users
    ADD COLUMN email_confirmed_at timestamptz,
    ADD COLUMN new_email text CHECK (char_length(new_email) BETWEEN 3 AND 254);

COMMENT ON COLUMN users.email_confirmed_at IS 'Since when it is known that mail to this address reaches the person.';
COMMENT ON COLUMN users.new_email IS 'The address the person wants instead; takes effect once it is confirmed.';
