-- The user that a link was made for, as long as there is one.
SELECT user_id, name, role
  FROM hub_user
 WHERE user_id = %(user_id)s
