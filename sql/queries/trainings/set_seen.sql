UPDATE training
   SET seen_at = now()
 WHERE training_id = %(training_id)s
   AND requested_by_id = %(user_id)s
   AND ready_at IS NOT NULL
   AND seen_at IS NULL
