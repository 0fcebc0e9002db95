-- What an upload that is under way will take of the quotas, so that uploads at once do not take the same room.
ALTER TABLE objects ADD COLUMN reserved bigint CHECK (reserved >= 0), ADD COLUMN reserved_on uuid;

COMMENT ON COLUMN objects.reserved IS 'Bytes that count against the quotas while it is on its way.';
COMMENT ON COLUMN objects.reserved_on IS 'The board against whose quota; it may be gone by now.';
