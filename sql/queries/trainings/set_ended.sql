UPDATE training
   SET status = %(status)s, ended_at = clock_timestamp(), beat_at = NULL, error = %(error)s,
       metrics = metrics || %(metrics)s::jsonb
 WHERE training_id = %(training_id)s
   AND attempt = %(attempt)s
   AND status = 'running'
