ALTER TABLE users
    DROP COLUMN new_email,
    DROP COLUMN email_confirmed_at;
