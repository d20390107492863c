-- Tokens, the newest first.
--   user_id  only this user's; NULL: all
SELECT token.token_id, hub_user.name AS user_name, token.name, token.scopes, token.created_at,
       token.expires_at, token.revoked_at
  FROM token
  JOIN hub_user USING (user_id)
 WHERE %(user_id)s::bigint IS NULL OR token.user_id = %(user_id)s
 ORDER BY token.created_at DESC, token.token_id
