-- Revoke a token; one that is revoked already keeps its time.
--   user_id  only if it is this user's; NULL: anyone's
UPDATE token
   SET revoked_at = coalesce(revoked_at, now())
 WHERE token_id = %(token_id)s
   AND (%(user_id)s::bigint IS NULL OR user_id = %(user_id)s)
