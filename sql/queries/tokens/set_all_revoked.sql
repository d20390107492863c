-- Revoke every token of a user that is not revoked yet.
UPDATE token
   SET revoked_at = now()
 WHERE user_id = %(user_id)s
   AND revoked_at IS NULL
