-- What became of a file, and the label that stands today for the one it came with.
SELECT submission_file.path,
       submission_file.sha256,
       submission_file.outcome,
       submission_file.relation,
       submission_file.duplicate_of AS image_id,
       receipt.supplier_id,
       submission.label_id AS submitted_label_id,
       label_name.label_id,
       label_name.name AS label
  FROM submission_file
  JOIN submission USING (submission_id)
  JOIN receipt USING (receipt_no)
  JOIN label ON label.label_id = submission.label_id
  JOIN label_name ON label_name.label_id = coalesce(label.merged_into_id, label.label_id)
                 AND NOT label_name.is_alias
 WHERE submission_file.file_id = %(file_id)s
