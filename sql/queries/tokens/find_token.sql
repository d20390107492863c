-- A token that is neither revoked nor expired, with whose it is.
SELECT hub_user.user_id, hub_user.name, hub_user.role, token.scopes, token.secret_sha256
  FROM token
  JOIN hub_user USING (user_id)
 WHERE token.token_id = %(token_id)s
   AND token.revoked_at IS NULL
   AND token.expires_at > now()
