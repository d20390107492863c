-- Trainings that waited long enough and whose users were not told, those of one user together.
SELECT training_id, requested_by_id AS user_id, hub_user.name AS requested_by, email, recipe,
       status, error
  FROM training
  JOIN hub_user ON hub_user.user_id = training.requested_by_id
 WHERE ready_at IS NOT NULL
   AND told_at IS NULL
 ORDER BY requested_by_id, training_id
   FOR UPDATE OF training SKIP LOCKED
