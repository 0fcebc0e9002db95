SELECT s.id, s.user_id, s.user_agent, s.address, s.created_at, s.last_seen_at,
       u.id, u.name, u.email, u.password_hash, u.theme, u.updated_at, u.disabled_at, u.email_confirmed_at, u.new_email,
       b.id, b.title, b.color, b.revision, b.updated_at, b.archived_at, m.board_id, m.user_id, m.role, m.starred_at
  FROM sessions s JOIN users u ON u.id = s.user_id
       LEFT JOIN members m ON m.user_id = u.id AND m.board_id = :board
       LEFT JOIN boards b ON b.id = m.board_id AND b.deleted_at IS NULL
 WHERE s.token_hash = :token AND s.expires_at > now() AND u.disabled_at IS NULL LIMIT 1;
SELECT id, board_id, title, rank, wip_limit, archived_at
  FROM columns WHERE board_id = :board AND archived_at IS NULL ORDER BY rank;
SELECT id, column_id, title, body <> ''
  FROM cards WHERE board_id = :board AND archived_at IS NULL AND deleted_at IS NULL ORDER BY column_id, rank;
SELECT card_id, count(*) FROM files WHERE board_id = :board AND deleted_at IS NULL GROUP BY card_id;
SELECT v.card_id, t.file_id, t.made_at, t.width, t.height
  FROM files f JOIN covers v ON v.file_id = f.id JOIN thumbnails t ON t.file_id = f.id
 WHERE f.board_id = :board AND f.deleted_at IS NULL AND t.object_key = f.object_key AND t.bytes IS NOT NULL;
