-- Files that were not published because they repeat a picture, the newest first.
SELECT submission_file.file_id, submission_file.relation, submission_file.distance,
       submission_file.look_distance, submission_file.rule_version, submission_file.is_undone,
       receipt.received_at, label_name.name AS label
  FROM submission_file
  JOIN submission USING (submission_id)
  JOIN receipt USING (receipt_no)
  JOIN label USING (label_id)
  JOIN label_name ON label_name.label_id = coalesce(label.merged_into_id, label.label_id)
                 AND NOT label_name.is_alias
 WHERE submission_file.duplicate_of = %(image_id)s
 ORDER BY submission_file.file_id DESC
 LIMIT %(most)s
