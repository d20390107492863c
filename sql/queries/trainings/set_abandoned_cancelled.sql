-- Those that were to be cancelled when their supervisor left them.
UPDATE training
   SET status = 'cancelled', ended_at = clock_timestamp(), beat_at = NULL
 WHERE status = 'queued'
   AND cancel_asked_at IS NOT NULL
