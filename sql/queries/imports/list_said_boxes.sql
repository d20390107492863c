-- Where the imports of a supplier have seen labels in these bytes before.
SELECT DISTINCT submission_file.sha256,
       coalesce(label.merged_into_id, label.label_id) AS label_id,
       file_box.x_min, file_box.x_max, file_box.y_min, file_box.y_max, file_box.is_group_of
  FROM submission_file
  JOIN submission USING (submission_id)
  JOIN receipt USING (receipt_no)
  JOIN file_box USING (file_id)
  JOIN label ON label.label_id = file_box.label_id
 WHERE receipt.supplier_id = %(supplier_id)s
   AND submission_file.sha256 = ANY(%(sha256s)s::text[])
   AND NOT submission_file.is_undone
