-- The newest trainings that used a picture, with their models.
--   viewer_id  of trainings without a model only those of that user; NULL: of anybody
SELECT training_id, training.status, hub_user.name AS trained_by, root, model_id, model.name AS model
  FROM image
  JOIN training_image
    ON chunk_no = image_no / 32000
   AND get_bit(bits, (image_no %% 32000)::integer) = 1
  JOIN training USING (training_id)
  JOIN hub_user ON hub_user.user_id = training.requested_by_id
  LEFT JOIN model USING (training_id)
 WHERE image_id = %(image_id)s
   AND (model_id IS NOT NULL OR %(viewer_id)s::bigint IS NULL OR requested_by_id = %(viewer_id)s)
 ORDER BY training_id DESC, model_id
 LIMIT %(most)s
