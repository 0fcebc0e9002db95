CREATE FUNCTION version_of_blockers(board uuid) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        SELECT md5(string_agg(others.id::text || others.revision, ',' ORDER BY others.id))
        FROM (
            SELECT DISTINCT card_links.from_board_id
            FROM card_links
            WHERE card_links.to_board_id = board AND card_links.kind = 'blocks' AND card_links.from_board_id <> board
        ) AS linked
        JOIN boards AS others ON others.id = linked.from_board_id
    );
END
$$;

COMMENT ON FUNCTION version_of_blockers IS 'Another text whenever a board has changed whose cards block some of this board''s cards; null where there is no such board. A function, so that the query that asks it is a prepared one.';
