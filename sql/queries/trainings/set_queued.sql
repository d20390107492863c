UPDATE training
   SET status = 'queued', root = %(root)s
 WHERE training_id = %(training_id)s
   AND status = 'waiting'
