LOCK TABLE boards, cards IN SHARE ROW EXCLUSIVE MODE;

-- No foreign key to the board: the card has one, and moving it to another board writes the entry anew.
CREATE TABLE search_entries (
    card_id uuid PRIMARY KEY REFERENCES cards ON DELETE CASCADE,
    board_id uuid NOT NULL,
    title tsvector NOT NULL,
    words tsvector NOT NULL,
    changed_at timestamptz NOT NULL
);
-- A search reads what is pending from end to end, so little is left pending.
CREATE INDEX search_entries_words ON search_entries USING gin (words) WITH (gin_pending_list_limit = 512);

COMMENT ON TABLE search_entries IS 'The words of each card and of what is on it; see src/models/search.rs.';
COMMENT ON COLUMN search_entries.board_id IS 'Repeats the card''s, to look through fewer entries; who may see a card is asked of the card''s own.';
COMMENT ON COLUMN search_entries.title IS 'The words of the card''s title alone.';
COMMENT ON COLUMN search_entries.words IS 'All words: A of the title, B of the text, C of checklists, file names and fields, D of comments.';
COMMENT ON COLUMN search_entries.changed_at IS 'When any of it was last written.';

-- A binary that knows no search raises the revision alone, and so leaves the difference behind.
ALTER TABLE boards ADD COLUMN search_revision bigint NOT NULL DEFAULT -1;

COMMENT ON COLUMN boards.search_revision IS 'Raised with the revision by changes that write search_entries; where it is behind, the board''s entries are written anew.';

-- One form for all spellings of a word: letters without their marks, small, and a space for each sign. Scripts that put no
-- spaces between words have one around each letter, so that any part of a sentence is found. It needs no extension: what
-- unaccent would do, decomposing does, but for letters that have no parts.
CREATE FUNCTION search_fold(said text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    folded text := said;
BEGIN
    IF octet_length(said) > length(said) THEN
        folded := normalize(folded, NFKD);
        folded := regexp_replace(folded, '[\u00ad\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7'
            || '\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]',
            '', 'g');
        folded := lower(normalize(folded, NFC));
        folded := replace(replace(replace(replace(folded, 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th');
        folded := translate(folded, 'øłđðıħŧىٱ', 'olddihtيا');
        folded := regexp_replace(folded, '[\u0080-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7\u02c2-\u02df'
            || '\u037e\u0387\u055a-\u055f\u0589\u058a\u05be\u05c0\u05c3\u05c6\u05f3\u05f4\u0600-\u060f\u061b-\u061f\u066a-\u066d'
            || '\u06d4\u0964\u0965\u1680\u2000-\u206f\u20a0-\u20cf\u2190-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3008-\u3020\u3030'
            || '\u30fb\ua000\ufd3e\ufd3f\ufe10-\ufe6f\uffe0-\uffff\U0001f000-\U0001faff]+', ' ', 'g');
        folded := regexp_replace(folded, '([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fff\u3005-\u3007\u3021-\u3029'
            || '\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])', ' \1 ', 'g');
    END IF;
    RETURN translate(lower(folded), '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~', repeat(' ', 32));
END
$$;

COMMENT ON FUNCTION search_fold IS 'The one form of all spellings of what is written, with spaces between its words.';

CREATE FUNCTION search_words(said text, most integer DEFAULT 60000) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT to_tsvector('pg_catalog.simple'::regconfig, left(search_fold(said), most))
$$;

COMMENT ON FUNCTION search_words IS 'The words of a text, of its first characters: PostgreSQL holds no more than 1 MB of them.';

-- A word is found by its beginning, if that is more than a letter or a digit; what stands in quotes as it is.
CREATE FUNCTION search_part(said text, is_exact boolean) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    phrase tsquery := phraseto_tsquery('pg_catalog.simple'::regconfig, search_fold(said));
BEGIN
    IF is_exact OR numnode(phrase) = 0 OR phrase::text ~ '(^| )''[a-z0-9]''$' THEN
        RETURN phrase;
    END IF;
    RETURN (phrase::text || ':*')::tsquery;
END
$$;

COMMENT ON FUNCTION search_part IS 'What one word, or several in quotes, ask for.';

CREATE FUNCTION search_query(said text[], exact boolean[], without text[]) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    wanted tsquery := '';
BEGIN
    FOR place IN 1 .. cardinality(said) LOOP
        wanted := wanted && search_part(said[place], exact[place]);
    END LOOP;
    FOR place IN 1 .. cardinality(without) LOOP
        wanted := wanted && !! search_part(without[place], true);
    END LOOP;
    RETURN wanted;
END
$$;

COMMENT ON FUNCTION search_query IS 'All of these, and none of those.';

CREATE FUNCTION search_any(said text[], exact boolean[]) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    wanted tsquery := '';
BEGIN
    FOR place IN 1 .. cardinality(said) LOOP
        wanted := wanted || search_part(said[place], exact[place]);
    END LOOP;
    RETURN wanted;
END
$$;

COMMENT ON FUNCTION search_any IS 'Any of these.';

-- Between title, text and the rest stands a word that nobody can ask for, and is then taken out: what stands in quotes is not
-- found across their borders.
CREATE FUNCTION index_cards(changed uuid[]) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    border CONSTANT tsvector := ''' '':2';
    indexed bigint;
BEGIN
    INSERT INTO search_entries (card_id, board_id, title, words, changed_at)
    SELECT cards.id, cards.board_id, search_words(cards.title),
        ts_delete(
            setweight(search_words(cards.title), 'A') || border
                || setweight(search_words(cards.body), 'B') || border
                || setweight(search_words(coalesce(details.said, ''), 40000), 'C') || border
                || setweight(search_words(coalesce(talk.said, ''), 80000), 'D'),
            ' '),
        greatest(cards.updated_at, talk.said_at)
    FROM cards
    LEFT JOIN LATERAL (
        SELECT string_agg(parts.said, E'\n') AS said
        FROM (
            SELECT checklists.title AS said FROM checklists
            WHERE checklists.card_id = cards.id AND checklists.deleted_at IS NULL
            UNION ALL
            SELECT items.text FROM checklist_items AS items JOIN checklists ON checklists.id = items.checklist_id
            WHERE items.card_id = cards.id AND items.deleted_at IS NULL AND checklists.deleted_at IS NULL
            UNION ALL
            SELECT files.name FROM files WHERE files.card_id = cards.id AND files.deleted_at IS NULL
            UNION ALL
            SELECT coalesce(choices.name, filled.value)
            FROM card_fields AS filled
            JOIN fields ON fields.id = filled.field_id AND fields.deleted_at IS NULL
            LEFT JOIN field_choices AS choices ON choices.id = filled.choice_id AND choices.deleted_at IS NULL
            WHERE filled.card_id = cards.id AND fields.kind IN ('text', 'choice')
        ) AS parts
    ) AS details ON true
    LEFT JOIN LATERAL (
        SELECT string_agg(newest.body, E'\n' ORDER BY newest.id DESC) AS said,
            max(coalesce(newest.edited_at, newest.created_at)) AS said_at
        FROM (
            SELECT comments.id, comments.body, comments.edited_at, comments.created_at FROM comments
            WHERE comments.card_id = cards.id AND comments.deleted_at IS NULL
            ORDER BY comments.id DESC LIMIT 1000
        ) AS newest
    ) AS talk ON true
    WHERE cards.id = ANY(changed)
    ON CONFLICT (card_id) DO UPDATE
        SET board_id = excluded.board_id, title = excluded.title, words = excluded.words, changed_at = excluded.changed_at;
    GET DIAGNOSTICS indexed = ROW_COUNT;
    RETURN indexed;
END
$$;

COMMENT ON FUNCTION index_cards IS 'Writes the entries of these cards. For who holds their boards'' rows.';

-- The one place that says which boards a person may see: theirs, and those that are open to everybody. PostgreSQL puts it into
-- the query that calls it.
CREATE FUNCTION seen_boards(person uuid) RETURNS SETOF boards LANGUAGE sql STABLE AS $$
    SELECT boards.*
    FROM boards
    WHERE boards.deleted_at IS NULL AND (
        boards.open_role IS NOT NULL
        OR boards.id IN (SELECT members.board_id FROM members WHERE members.user_id = person)
    )
$$;

COMMENT ON FUNCTION seen_boards IS 'The boards that a person may see now.';
