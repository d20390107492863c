-- Receipts that no batch has taken, oldest first, with how many files each brought.
SELECT receipt.receipt_no, count(*) AS files
  FROM receipt
  JOIN submission USING (receipt_no)
  JOIN submission_file USING (submission_id)
 WHERE receipt.batch_no IS NULL
 GROUP BY receipt.receipt_no
 ORDER BY receipt.receipt_no
