SELECT s.id, s.user_id, s.user_agent, s.address, s.created_at, s.last_seen_at,
       u.id, u.name, u.email, u.password_hash, u.theme, u.updated_at, u.disabled_at,
       b.id, b.title, b.color, b.revision, b.updated_at, b.archived_at, m.board_id, m.user_id, m.role, m.starred_at
  FROM sessions s JOIN users u ON u.id = s.user_id
       LEFT JOIN members m ON m.user_id = u.id AND m.board_id = :board
       LEFT JOIN boards b ON b.id = m.board_id AND b.deleted_at IS NULL
 WHERE s.token_hash = :token AND s.expires_at > now() AND u.disabled_at IS NULL LIMIT 1;
SELECT id, board_id, title, rank, wip_limit, archived_at
  FROM columns WHERE board_id = :board AND archived_at IS NULL ORDER BY rank;
SELECT id, column_id, title, body <> ''
  FROM cards WHERE board_id = :board AND archived_at IS NULL AND deleted_at IS NULL ORDER BY column_id, rank;
