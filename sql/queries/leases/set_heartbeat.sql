UPDATE lease
   SET heartbeat_at = now()
 WHERE name = %(name)s
   AND token = %(token)s
