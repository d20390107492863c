-- The newest files that were refused, older than the one named; reason NULL: for whatever reason.
SELECT file_id, path, reason, batch_no, received_at, submission_id,
       hub_user.name AS supplier, label_name.name AS label
  FROM submission_file
  JOIN submission USING (submission_id)
  JOIN receipt USING (receipt_no)
  JOIN hub_user ON hub_user.user_id = receipt.supplier_id
  JOIN label_name ON label_name.label_id = submission.label_id AND NOT label_name.is_alias
 WHERE outcome = 'rejected'
   AND (%(reason)s::text IS NULL OR reason = %(reason)s)
   AND (%(before)s::bigint IS NULL OR file_id < %(before)s)
 ORDER BY file_id DESC
 LIMIT %(most)s
