-- What has not begun ends at once; of what runs, the supervisor is told by its next beat, and where
-- that is silent there is nobody to tell.
UPDATE training
   SET status = CASE WHEN is_held THEN status ELSE 'cancelled' END,
       ended_at = CASE WHEN is_held THEN ended_at ELSE clock_timestamp() END,
       cancel_asked_at = coalesce(cancel_asked_at, clock_timestamp())
  FROM (SELECT training_id,
               status = 'running' AND coalesce(beat_at, started_at)
                   >= now() - %(term_seconds)s * interval '1 second' AS is_held
          FROM training
         WHERE training_id = %(training_id)s
           AND status IN ('waiting', 'queued', 'running')
           FOR UPDATE) AS asked
 WHERE training.training_id = asked.training_id
