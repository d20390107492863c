-- A job begins, or goes on in another process.
UPDATE job
   SET status = 'running', started_at = coalesce(started_at, now()), host = %(host)s, pid = %(pid)s
 WHERE job_id = %(job_id)s
   AND status IN ('queued', 'running')
