UPDATE job
   SET progress = %(progress)s
 WHERE job_id = %(job_id)s
   AND status = 'running'
