-- What everybody with an account may do on a board, members or not. A member's role counts where it is higher.
ALTER TABLE boards
    ADD COLUMN open_role text CHECK (open_role IN ('editor', 'commenter', 'viewer')),
    ADD COLUMN last_card_number integer NOT NULL DEFAULT 0;

CREATE FUNCTION role_level(role text) RETURNS integer LANGUAGE sql IMMUTABLE
RETURN array_position(ARRAY['viewer', 'commenter', 'editor', 'owner'], role);

-- See the step that made this function for why it is VOLATILE and PL/pgSQL.
CREATE OR REPLACE FUNCTION member_role(board uuid, member uuid) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RETURN (
        SELECT role
        FROM (
            SELECT members.role FROM members WHERE members.board_id = board AND members.user_id = member
            UNION ALL
            SELECT boards.open_role FROM boards WHERE boards.id = board
        ) AS roles
        WHERE role IS NOT NULL AND EXISTS (SELECT FROM users WHERE users.id = member AND users.disabled_at IS NULL)
        ORDER BY role_level(role) DESC
        LIMIT 1
    );
END
$$;

CREATE INDEX boards_open ON boards (updated_at) WHERE open_role IS NOT NULL AND deleted_at IS NULL;

COMMENT ON COLUMN boards.open_role IS 'What everybody with an account may do on the board; null where only its members find it.';
COMMENT ON COLUMN boards.last_card_number IS 'The highest number that a card of the board has had.';
COMMENT ON FUNCTION member_role IS 'What a person may do on a board now; null for those who may nothing, and for disabled accounts.';
COMMENT ON FUNCTION role_level IS 'Orders roles: a higher one may do all that a lower one may.';
