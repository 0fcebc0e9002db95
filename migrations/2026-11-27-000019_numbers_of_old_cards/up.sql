-- The cards from before numbers get theirs by age.
UPDATE cards SET number = numbered.number
FROM (
    SELECT id, row_number() OVER (PARTITION BY board_id ORDER BY created_at, id) AS number
    FROM cards WHERE number IS NULL
) AS numbered
WHERE cards.id = numbered.id;
