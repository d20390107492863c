-- A job that could not begin waits again; where another waits for the same, that one is enough.
UPDATE job AS refused
   SET status = CASE WHEN twin.job_id IS NULL THEN 'queued' ELSE 'cancelled' END,
       started_at = NULL,
       ended_at = CASE WHEN twin.job_id IS NULL THEN NULL ELSE now() END,
       host = NULL,
       pid = NULL,
       progress = ''
  FROM job AS self
  LEFT JOIN job AS twin
    ON twin.status = 'queued'
   AND twin.command = self.command
   AND twin.arguments = self.arguments
 WHERE self.job_id = %(job_id)s
   AND refused.job_id = self.job_id
   AND refused.status = 'running'
