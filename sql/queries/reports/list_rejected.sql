-- Some of the rejected files of a batch, of every reason.
--   most  of each reason at most so many, as they were received
WITH numbered AS (
    SELECT submission_file.file_id,
           submission_file.reason,
           row_number() OVER (PARTITION BY submission_file.reason
                              ORDER BY submission_file.file_id) AS number
      FROM receipt
      JOIN submission USING (receipt_no)
      JOIN submission_file USING (submission_id)
     WHERE receipt.batch_no = %(batch_no)s
       AND submission_file.outcome = 'rejected'
)
SELECT file_id, reason
  FROM numbered
 WHERE number <= %(most)s
 ORDER BY reason, file_id
