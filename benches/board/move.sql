\set card random(:first, :first + 499)
\set other random(:first, :first + 499)
SELECT s.id, s.user_id, s.user_agent, s.address, s.created_at, s.last_seen_at,
       u.id, u.name, u.email, u.password_hash, u.theme, u.updated_at, u.disabled_at, u.email_confirmed_at, u.new_email,
       b.id, b.title, b.color, b.revision, b.updated_at, b.archived_at, m.board_id, m.user_id, m.role, m.starred_at,
       l.id, l.board_id, l.title, l.rank, l.wip_limit, l.archived_at,
       c.id, c.board_id, c.column_id, c.title, c.body, c.version, c.created_by, c.created_at, c.updated_at, c.archived_at
  FROM sessions s JOIN users u ON u.id = s.user_id
       LEFT JOIN cards c ON c.id = lpad(:card::text, 32, '0')::uuid AND c.deleted_at IS NULL
       LEFT JOIN columns l ON l.id = c.column_id
       LEFT JOIN members m ON m.user_id = u.id AND m.board_id = c.board_id
       LEFT JOIN boards b ON b.id = m.board_id AND b.deleted_at IS NULL
 WHERE s.token_hash = :token AND s.expires_at > now() AND u.disabled_at IS NULL LIMIT 1;
-- The load knows the columns that it names; this script has to ask.
SELECT column_id AS column FROM cards WHERE id = lpad(:other::text, 32, '0')::uuid \gset
BEGIN;
UPDATE boards SET revision = revision + 1, updated_at = now() WHERE id = :board AND deleted_at IS NULL;
SELECT l.id, l.board_id, l.title, l.rank, l.wip_limit, l.archived_at,
       t.id, t.board_id, t.title, t.rank, t.wip_limit, t.archived_at,
       f.column_id, f.rank, f.archived_at IS NOT NULL OR f.deleted_at IS NOT NULL,
       (SELECT min(o.rank) FROM cards o
         WHERE o.column_id = :column AND o.id <> lpad(:card::text, 32, '0')::uuid AND o.rank > coalesce(f.rank, ''))
  FROM cards c JOIN columns l ON l.id = c.column_id
       LEFT JOIN columns t ON t.id = :column AND t.board_id = c.board_id
       LEFT JOIN cards f ON f.id = lpad(:other::text, 32, '0')::uuid AND f.board_id = c.board_id
 WHERE c.id = lpad(:card::text, 32, '0')::uuid AND c.archived_at IS NULL AND c.deleted_at IS NULL;
UPDATE cards SET column_id = :column, rank = md5(random()::text) WHERE id = lpad(:card::text, 32, '0')::uuid;
INSERT INTO events (id, board_id, card_id, user_id, kind, data, created_at)
VALUES (gen_random_uuid(), :board, lpad(:card::text, 32, '0')::uuid, :user, 'card_moved',
        '{"title": "Card 7: what''s to be done about part 7", "from": "Stage 1", "to": "Stage 2"}', now());
COMMIT;
