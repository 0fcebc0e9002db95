CREATE OR REPLACE FUNCTION member_role(board uuid, member uuid) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RETURN (
        SELECT members.role
        FROM members JOIN users ON users.id = members.user_id
        WHERE members.board_id = board AND members.user_id = member AND users.disabled_at IS NULL
    );
END
$$;
COMMENT ON FUNCTION member_role IS 'A member''s role on a board as it is now; null for other people and disabled accounts.';
DROP FUNCTION role_level(text);
DROP INDEX boards_open;
ALTER TABLE boards DROP COLUMN open_role, DROP COLUMN last_card_number;
