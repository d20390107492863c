-- One that waited and cannot be begun any more.
UPDATE training
   SET status = 'cancelled', ended_at = now(), error = %(error)s, ready_at = now()
 WHERE training_id = %(training_id)s
   AND status = 'waiting'
