-- The newest jobs, of one status if it is given, older than the one named.
SELECT job_id, command, arguments, status, requested_by, requested_at, retry_of_id,
       started_at, ended_at, host, pid, progress, error, result
  FROM job
 WHERE (%(status)s::text IS NULL OR status = %(status)s)
   AND (%(before)s::bigint IS NULL OR job_id < %(before)s)
 ORDER BY job_id DESC
 LIMIT %(most)s
