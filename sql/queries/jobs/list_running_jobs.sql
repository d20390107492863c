-- Jobs that are said to run; `silent` when their heartbeat is older than the term allows.
SELECT job_id, job.host, job.pid,
       greatest(heartbeat_at, started_at) < now() - %(term_seconds)s * interval '1 second' AS silent
  FROM job
  LEFT JOIN lease ON lease.name = 'job ' || job_id
 WHERE status = 'running'
