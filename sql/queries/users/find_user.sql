-- The user of that name.
SELECT user_id, name, role
  FROM hub_user
 WHERE name = %(name)s
