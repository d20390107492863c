-- What the imports of a supplier have said of these bytes before, by the labels of today.
SELECT DISTINCT submission_file.sha256,
       coalesce(label.merged_into_id, label.label_id) AS label_id,
       file_claim.value, file_claim.is_verified
  FROM submission_file
  JOIN submission USING (submission_id)
  JOIN receipt USING (receipt_no)
  JOIN file_claim USING (file_id)
  JOIN label ON label.label_id = file_claim.label_id
 WHERE receipt.supplier_id = %(supplier_id)s
   AND submission_file.sha256 = ANY(%(sha256s)s::text[])
   AND NOT submission_file.is_undone
