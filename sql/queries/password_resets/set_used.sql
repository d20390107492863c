-- Let no reset of a user be used any more.
UPDATE password_reset
   SET used_at = now()
 WHERE user_id = %(user_id)s
   AND used_at IS NULL
