-- Who brought each file of a batch, and what was said there of place and time.
SELECT submission_file.file_id, hub_user.name AS supplier,
       submission_file.lon, submission_file.lat, submission_file.taken_at
  FROM receipt
  JOIN hub_user ON hub_user.user_id = receipt.supplier_id
  JOIN submission USING (receipt_no)
  JOIN submission_file USING (submission_id)
 WHERE receipt.batch_no = %(batch_no)s
