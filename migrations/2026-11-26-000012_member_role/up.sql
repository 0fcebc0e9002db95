-- Called in the RETURNING of the UPDATE that takes a board's row. Being VOLATILE it looks with a snapshot of its own, taken
-- after the row's lock was waited for, so it sees a membership that was changed meanwhile. A join in that UPDATE would not.
-- PL/pgSQL, because it keeps its plan for the connection's life.
CREATE FUNCTION member_role(board uuid, member uuid) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RETURN (
        SELECT members.role
        FROM members JOIN users ON users.id = members.user_id
        WHERE members.board_id = board AND members.user_id = member AND users.disabled_at IS NULL
    );
END
$$;

COMMENT ON FUNCTION member_role IS 'A member''s role on a board as it is now; null for other people and disabled accounts.';
