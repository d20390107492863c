-- Keep who signed in, for so many days; return what the hub signs sessions by.
INSERT INTO session (session_id, user_id, secret_sha256, expires_at)
VALUES (%(session_id)s, %(user_id)s, %(secret_sha256)s, now() + make_interval(days => %(days)s))
RETURNING (SELECT session_secret FROM hub) AS key
