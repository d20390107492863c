UPDATE training
   SET status = 'running', attempt = attempt + 1, beat_at = clock_timestamp(),
       started_at = coalesce(started_at, clock_timestamp())
 WHERE training_id = %(training_id)s
