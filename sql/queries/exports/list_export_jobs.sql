-- The newest job for each format that a subset was asked for in.
--   root  of the subset's manifest
SELECT DISTINCT ON (arguments ->> 'format')
       arguments ->> 'format' AS format, job_id, status, requested_at, progress, error
  FROM job
 WHERE command = 'export'
   AND arguments ->> 'root' = %(root)s
 ORDER BY arguments ->> 'format', job_id DESC
