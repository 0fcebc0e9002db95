DROP FUNCTION member_role(uuid, uuid);
