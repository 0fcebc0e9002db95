DROP FUNCTION decimal_of;
