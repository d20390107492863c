SELECT model_id, training_id, model.name, model.created_at, object_key, size_bytes, sha256, classes,
       model.metrics, confusion, hub_user.name AS trained_by, root, options,
       weights_sha256
  FROM model
  JOIN training USING (training_id)
  JOIN hub_user ON hub_user.user_id = training.requested_by_id
 WHERE model_id = %(model_id)s
