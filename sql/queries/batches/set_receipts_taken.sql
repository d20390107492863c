-- Fix the receipts of a batch before anything of it is written.
UPDATE receipt
   SET batch_no = %(batch_no)s
 WHERE receipt_no = ANY(%(receipts)s)
   AND batch_no IS NULL
