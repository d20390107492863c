DELETE FROM lease
 WHERE name = %(name)s
   AND token = %(token)s
