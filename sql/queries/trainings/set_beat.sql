-- Its supervisor lives; touches nothing once another has it, or its user wants it no more.
UPDATE training
   SET beat_at = clock_timestamp()
 WHERE training_id = %(training_id)s
   AND attempt = %(attempt)s
   AND status = 'running'
   AND cancel_asked_at IS NULL
