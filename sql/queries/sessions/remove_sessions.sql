-- End every session of a user.
DELETE FROM session
 WHERE user_id = %(user_id)s
