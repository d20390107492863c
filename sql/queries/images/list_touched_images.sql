-- The pictures that the files of a batch are, or repeat.
SELECT DISTINCT coalesce(submission_file.image_id, submission_file.duplicate_of) AS image_id
  FROM receipt
  JOIN submission USING (receipt_no)
  JOIN submission_file USING (submission_id)
 WHERE receipt.batch_no = %(batch_no)s
   AND submission_file.outcome IN ('published', 'duplicate')
