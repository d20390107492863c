UPDATE job
   SET status = 'failed', ended_at = now(), error = %(error)s
 WHERE job_id = %(job_id)s
   AND status = 'running'
