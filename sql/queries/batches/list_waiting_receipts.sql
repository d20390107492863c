-- Receipts that no batch has taken, oldest first, with how many files each brought.
SELECT receipt_no, file_count AS files
  FROM receipt
 WHERE batch_no IS NULL
 ORDER BY receipt_no
