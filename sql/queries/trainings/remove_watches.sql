DELETE FROM watch
 WHERE user_id = %(user_id)s
