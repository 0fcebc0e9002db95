CREATE FUNCTION decimal_of(value text) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE WHEN value ~ '^-?[0-9]{1,30}([.][0-9]{1,30})?$' THEN value::numeric END
$$;

COMMENT ON FUNCTION decimal_of IS 'The number that a field''s value is, to compare and to sort by; null for what is none.';
