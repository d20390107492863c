-- A training goes from the supervisor that leaves it, or is taken for dead, to the next.
--   silent_seconds   only if its supervisor was silent for so long; NULL: whatever it said
UPDATE training
   SET status = 'queued', beat_at = NULL
 WHERE training_id = %(training_id)s
   AND attempt = %(attempt)s
   AND status = 'running'
   AND (%(silent_seconds)s::float8 IS NULL
        OR coalesce(beat_at, started_at) < now() - %(silent_seconds)s * interval '1 second')
