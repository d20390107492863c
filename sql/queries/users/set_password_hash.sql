-- Keep what a user's password is checked by.
UPDATE hub_user
   SET password_hash = %(password_hash)s
 WHERE name = %(name)s
