-- Move the submissions of a batch to the state that a stage leads to.
UPDATE submission
   SET status = %(status)s
  FROM receipt
 WHERE receipt.receipt_no = submission.receipt_no
   AND receipt.batch_no = %(batch_no)s
   AND submission.status <> %(status)s
