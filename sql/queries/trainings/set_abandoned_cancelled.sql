-- Those that were to be cancelled when their supervisor fell silent.
UPDATE training
   SET status = 'cancelled', ended_at = clock_timestamp(), beat_at = NULL
 WHERE status IN ('queued', 'running')
   AND cancel_asked_at IS NOT NULL
   AND (status = 'queued'
        OR coalesce(beat_at, started_at) < now() - %(term_seconds)s * interval '1 second')
