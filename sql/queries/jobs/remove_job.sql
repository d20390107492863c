DELETE FROM job
 WHERE job_id = %(job_id)s
   AND status = 'running'
