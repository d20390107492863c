-- A supervisor that stops leaves its training to the next.
UPDATE training
   SET status = 'queued', beat_at = NULL
 WHERE training_id = %(training_id)s
   AND attempt = %(attempt)s
   AND status = 'running'
