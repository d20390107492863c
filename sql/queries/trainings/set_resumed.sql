-- One that has failed is to go on from its last checkpoint.
UPDATE training
   SET status = 'queued', error = NULL, ended_at = NULL
 WHERE training_id = %(training_id)s
   AND status = 'failed'
