-- A job that nobody else changes until the transaction ends.
SELECT job_id, command, arguments, status, requested_by, requested_at, retry_of_id,
       started_at, ended_at, host, pid, progress, error, result
  FROM job
 WHERE job_id = %(job_id)s
   FOR UPDATE
