-- The job that has waited longest of those commands, and that nobody else is taking.
SELECT job_id, command, arguments, status, requested_by, requested_at, retry_of_id,
       started_at, ended_at, host, pid, progress, error, result
  FROM job
 WHERE status = 'queued'
   AND command = ANY (%(commands)s)
 ORDER BY job_id
 LIMIT 1
   FOR UPDATE SKIP LOCKED
