-- What Postgres says of every file of some batches, as the lake's files_checked and duplicates would.
SELECT submission_file.file_id,
       receipt.batch_no,
       receipt.receipt_no,
       label.label_key,
       submission_file.path,
       submission_file.sha256,
       submission_file.outcome,
       submission_file.reason,
       submission_file.image_id,
       submission_file.duplicate_of,
       submission_file.relation,
       submission_file.distance,
       submission_file.look_distance::float,
       submission_file.rule_version
  FROM receipt
  JOIN submission USING (receipt_no)
  JOIN submission_file USING (submission_id)
  JOIN label USING (label_id)
 WHERE receipt.batch_no = ANY(%(batches)s)
