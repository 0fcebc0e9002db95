DELETE FROM sessions WHERE is_token;
DROP TABLE api_tokens;
ALTER TABLE sessions DROP COLUMN is_token;
