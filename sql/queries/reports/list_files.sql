-- Files by id, with who sent them and under which label that stands today.
SELECT submission_file.file_id,
       submission_file.path,
       label_name.name AS label,
       hub_user.name AS supplier,
       submission.receipt_no AS receipt,
       submission.submission_id AS submission,
       receipt.batch_no
  FROM submission_file
  JOIN submission USING (submission_id)
  JOIN receipt USING (receipt_no)
  JOIN hub_user ON hub_user.user_id = receipt.supplier_id
  JOIN label USING (label_id)
  JOIN label_name ON label_name.label_id = coalesce(label.merged_into_id, label.label_id)
                 AND NOT label_name.is_alias
 WHERE submission_file.file_id = ANY(%(file_ids)s)
