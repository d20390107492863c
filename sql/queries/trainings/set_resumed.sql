-- One that has failed is to go on from its last checkpoint, also where it was to be cancelled then.
UPDATE training
   SET status = 'queued', error = NULL, ended_at = NULL, cancel_asked_at = NULL
 WHERE training_id = %(training_id)s
   AND status = 'failed'
