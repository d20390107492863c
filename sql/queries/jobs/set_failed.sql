UPDATE job
   SET status = 'failed', ended_at = now(), error = %(error)s, result = %(result)s::jsonb
 WHERE job_id = %(job_id)s
   AND status = 'running'
