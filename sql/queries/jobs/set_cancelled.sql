UPDATE job
   SET status = 'cancelled', ended_at = now()
 WHERE job_id = %(job_id)s
   AND status = 'queued'
