-- Give a user another role.
UPDATE hub_user
   SET role = %(role)s
 WHERE name = %(name)s
