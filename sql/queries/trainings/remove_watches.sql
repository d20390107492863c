DELETE FROM watch
 WHERE user_id = %(user_id)s
   AND label_id <> ALL (%(but)s::bigint[])
