-- Say where a user's mail goes to; NULL: nowhere.
UPDATE hub_user
   SET email = %(email)s
 WHERE user_id = %(user_id)s
