SELECT report
  FROM model
 WHERE model_id = %(model_id)s
