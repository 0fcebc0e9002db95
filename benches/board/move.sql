\set card random(:first, :first + 499)
\set other random(:first, :first + 499)
SELECT s.id, s.user_id, s.user_agent, s.address, s.created_at, s.last_seen_at,
       u.id, u.name, u.email, u.password_hash, u.theme, u.updated_at, u.disabled_at
  FROM sessions s JOIN users u ON u.id = s.user_id
 WHERE s.token_hash = :token AND s.expires_at > now() AND u.disabled_at IS NULL LIMIT 1;
SELECT b.id, b.title, b.color, b.revision, b.updated_at, b.archived_at, m.board_id, m.user_id, m.role, m.starred_at,
       l.id, l.board_id, l.title, l.rank, l.wip_limit, l.archived_at,
       c.id, c.board_id, c.column_id, c.title, c.body, c.version, c.created_by, c.created_at, c.updated_at, c.archived_at
  FROM members m JOIN boards b ON b.id = m.board_id JOIN columns l ON l.board_id = b.id JOIN cards c ON c.column_id = l.id
 WHERE c.id = lpad(:card::text, 32, '0')::uuid AND c.deleted_at IS NULL AND m.user_id = :user AND b.deleted_at IS NULL LIMIT 1;
BEGIN;
UPDATE boards SET revision = revision + 1, updated_at = now() WHERE id = :board AND deleted_at IS NULL;
SELECT l.id, l.board_id, l.title, l.rank, l.wip_limit, l.archived_at
  FROM cards c JOIN columns l ON l.id = c.column_id
 WHERE c.id = lpad(:card::text, 32, '0')::uuid AND c.archived_at IS NULL AND c.deleted_at IS NULL;
SELECT column_id AS column, rank, archived_at IS NOT NULL OR deleted_at IS NOT NULL AS gone
  FROM cards WHERE id = lpad(:other::text, 32, '0')::uuid AND board_id = :board \gset
SELECT id, board_id, title, rank, wip_limit, archived_at FROM columns WHERE id = :column AND board_id = :board;
SELECT rank FROM cards
 WHERE column_id = :column AND id <> lpad(:card::text, 32, '0')::uuid AND rank > :rank ORDER BY rank LIMIT 1;
UPDATE cards SET column_id = :column, rank = md5(random()::text) WHERE id = lpad(:card::text, 32, '0')::uuid;
INSERT INTO events (id, board_id, card_id, user_id, kind, data, created_at)
VALUES (gen_random_uuid(), :board, lpad(:card::text, 32, '0')::uuid, :user, 'card_moved',
        '{"title": "Card 7: what''s to be done about part 7", "from": "Stage 1", "to": "Stage 2"}', now());
COMMIT;
