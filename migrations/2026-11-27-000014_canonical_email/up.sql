-- By what an address is found: of all its spellings there is one account. The program makes this form
-- (src/email_address.rs); PostgreSQL's lower() depends on the locale, knows no IDNA, and only fills in for rows that an older
-- version writes. users_email_key, on lower(email), goes a release later.
ALTER TABLE users ADD COLUMN canonical_email text;
UPDATE users SET canonical_email = lower(email);
CREATE UNIQUE INDEX users_canonical_email_key ON users (canonical_email);

CREATE FUNCTION users_fill_in_canonical_email() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.canonical_email := coalesce(NEW.canonical_email, lower(NEW.email));
    ELSIF NEW.canonical_email IS NOT DISTINCT FROM OLD.canonical_email AND lower(NEW.email) <> lower(OLD.email) THEN
        NEW.canonical_email := lower(NEW.email);
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER users_fill_in_canonical_email BEFORE INSERT OR UPDATE OF email ON users
    FOR EACH ROW EXECUTE FUNCTION users_fill_in_canonical_email();

COMMENT ON COLUMN users.canonical_email IS 'The one form of all spellings of the address; unique.';
