UPDATE training
   SET status = 'cancelled', ended_at = now(), error = %(error)s
 WHERE training_id = %(training_id)s
   AND status IN ('waiting', 'queued')
