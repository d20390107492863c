-- Queue a job; one that waits already, of the same command and arguments, serves both.
INSERT INTO job (command, arguments, requested_by, retry_of_id)
VALUES (%(command)s, %(arguments)s::jsonb, %(requested_by)s, %(retry_of_id)s)
ON CONFLICT (command, arguments) WHERE status = 'queued'
DO UPDATE SET command = excluded.command
RETURNING job_id
