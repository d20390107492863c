-- The files of a batch, equal bytes side by side, so that each picture is decoded once.
--   label_key  of the label as submitted: it never changes, so the order of receipt does not
SELECT submission_file.file_id,
       submission.receipt_no,
       submission.submission_id,
       label.label_key,
       submission_file.path,
       submission_file.sha256,
       submission_file.licence,
       submission_file.author,
       submission_file.source
  FROM receipt
  JOIN submission USING (receipt_no)
  JOIN submission_file USING (submission_id)
  JOIN label USING (label_id)
 WHERE receipt.batch_no = %(batch_no)s
 ORDER BY submission_file.sha256, submission_file.file_id
