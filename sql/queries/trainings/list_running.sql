--   silent_seconds   those whose supervisor was silent for so long; NULL: all
SELECT training_id, requested_by_id, hub_user.name AS requested_by, requested_at, root, recipe,
       options, status, started_at, ended_at, run_folder, metrics, error, attempt, beat_at,
       cancel_asked_at, reproduces_id, ready_at
  FROM training
  JOIN hub_user ON hub_user.user_id = training.requested_by_id
 WHERE status = 'running'
   AND (%(silent_seconds)s::float8 IS NULL
        OR coalesce(beat_at, started_at) < now() - %(silent_seconds)s * interval '1 second')
 ORDER BY training_id
