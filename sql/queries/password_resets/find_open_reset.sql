-- A reset that is neither used nor expired, with whose it is; it stays so until the transaction
-- ends.
SELECT password_reset.user_id, hub_user.name, hub_user.role, hub_user.email,
       password_reset.secret_sha256
  FROM password_reset
  JOIN hub_user USING (user_id)
 WHERE password_reset.reset_id = %(reset_id)s
   AND password_reset.used_at IS NULL
   AND password_reset.expires_at > now()
   FOR UPDATE OF password_reset
