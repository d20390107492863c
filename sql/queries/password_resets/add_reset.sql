-- Let a user set a password for an hour, unless they may already often enough.
--   most  so many times an hour
INSERT INTO password_reset (reset_id, user_id, secret_sha256, expires_at)
SELECT %(reset_id)s, %(user_id)s, %(secret_sha256)s, now() + interval '1 hour'
 WHERE (SELECT count(*)
          FROM password_reset
         WHERE user_id = %(user_id)s
           AND created_at > now() - interval '1 hour') < %(most)s
