DROP FUNCTION begins_at;
DROP FUNCTION digits_of;
