UPDATE training
   SET status = 'queued', root = %(root)s, ready_at = now()
 WHERE training_id = %(training_id)s
   AND status = 'waiting'
