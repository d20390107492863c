-- Users of that name or address that mail reaches.
SELECT user_id, name, email
  FROM hub_user
 WHERE (name = %(said)s OR lower(email) = lower(%(said)s))
   AND email IS NOT NULL
 ORDER BY user_id
