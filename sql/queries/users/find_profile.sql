-- What a user sees of themself.
SELECT name, role, email, toured_at, created_at
  FROM hub_user
 WHERE user_id = %(user_id)s
