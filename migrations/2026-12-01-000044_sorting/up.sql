CREATE FUNCTION begins_at(day date, moment timestamptz, zone text) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(moment, day::timestamp AT TIME ZONE zone)
$$;

COMMENT ON FUNCTION begins_at IS 'When a day or a moment begins for who reads clocks of a zone, to sort by; null for neither.';

CREATE FUNCTION digits_of(number numeric) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT number::text
$$;

COMMENT ON FUNCTION digits_of IS 'A number in digits, with a point before decimals, of which none is lost.';
