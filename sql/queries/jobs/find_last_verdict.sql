-- The newest verify that came to its end.
SELECT job_id, command, arguments, status, requested_by, requested_at, retry_of_id,
       started_at, ended_at, host, pid, progress, error, result
  FROM job
 WHERE command = 'verify'
   AND ended_at IS NOT NULL
   AND result ? 'ok'
 ORDER BY job_id DESC
 LIMIT 1
