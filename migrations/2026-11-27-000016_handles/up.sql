-- What stands behind an @ for a person. The program makes it from the name (src/models/user/handle.rs); the trigger does so for
-- rows that an older version writes.
ALTER TABLE users ADD COLUMN handle text CHECK (handle ~ '^[a-z0-9-]{2,30}$');
CREATE UNIQUE INDEX users_handle_key ON users (handle);

CREATE TABLE old_handles (
    handle text PRIMARY KEY CHECK (handle ~ '^[a-z0-9-]{2,30}$'),
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    expires_at timestamptz NOT NULL
);
CREATE INDEX old_handles_user_id ON old_handles (user_id);

CREATE FUNCTION free_handle(wanted text) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    base text := left(trim(BOTH '-' FROM regexp_replace(lower(wanted), '[^a-z0-9]+', '-', 'g')), 24);
    candidate text;
    number integer := 1;
BEGIN
    base := CASE WHEN char_length(base) < 2 THEN 'member' ELSE trim(TRAILING '-' FROM base) END;
    candidate := base;
    -- After some tries the numbers are drawn, so that the thousandth of a name costs no thousand look-ups.
    WHILE EXISTS (SELECT FROM users WHERE handle = candidate)
        OR EXISTS (SELECT FROM old_handles WHERE handle = candidate AND expires_at > now()) LOOP
        number := number + 1;
        candidate := base || '-' || CASE WHEN number < 10 THEN number ELSE 10 + floor(random() * 99989)::integer END;
    END LOOP;
    RETURN candidate;
END
$$;

DO $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT id, name FROM users ORDER BY id LOOP
        UPDATE users SET handle = free_handle(one.name) WHERE id = one.id;
    END LOOP;
END
$$;
ALTER TABLE users ALTER COLUMN handle SET NOT NULL;

CREATE FUNCTION users_fill_in_handle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.handle := coalesce(NEW.handle, free_handle(NEW.name));
    RETURN NEW;
END
$$;
CREATE TRIGGER users_fill_in_handle BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION users_fill_in_handle();

COMMENT ON COLUMN users.handle IS 'What stands behind an @ for the person; unique.';
COMMENT ON TABLE old_handles IS 'Handles that people had before; each leads to its person until it expires, and is nobody else''s.';
COMMENT ON FUNCTION free_handle IS 'A handle like the wanted one that nobody has.';
