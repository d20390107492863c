-- End a user's download of an archive if all of it was sent.
UPDATE download
   SET completed_at = now()
 WHERE user_id = %(user_id)s
   AND root = %(root)s
   AND completed_at IS NULL
   AND sent @> int8range(0, size_bytes)
