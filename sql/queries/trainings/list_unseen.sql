-- A user's trainings that waited long enough, which they have not looked at since.
SELECT training_id, requested_by_id, hub_user.name AS requested_by, requested_at, root, recipe,
       options, status, started_at, ended_at, run_folder, metrics, error, attempt, beat_at,
       cancel_asked_at, reproduces_id, ready_at
  FROM training
  JOIN hub_user ON hub_user.user_id = training.requested_by_id
 WHERE requested_by_id = %(user_id)s
   AND ready_at IS NOT NULL
   AND seen_at IS NULL
 ORDER BY training_id DESC
 LIMIT %(most)s
