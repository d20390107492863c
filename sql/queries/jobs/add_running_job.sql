-- A job that began without having waited.
INSERT INTO job (command, arguments, requested_by, status, started_at, host, pid)
VALUES (%(command)s, %(arguments)s::jsonb, %(requested_by)s, 'running', now(), %(host)s, %(pid)s)
RETURNING job_id
