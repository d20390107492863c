-- The user of that name, with what their password is checked by.
SELECT user_id, name, role, password_hash
  FROM hub_user
 WHERE name = %(name)s
