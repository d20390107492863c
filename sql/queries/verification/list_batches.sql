-- Every batch, with the files that its receipts hold today.
SELECT batch.batch_no,
       batch.batch_key,
       batch.status,
       batch.file_count,
       (SELECT count(*)
          FROM receipt
          JOIN submission USING (receipt_no)
          JOIN submission_file USING (submission_id)
         WHERE receipt.batch_no = batch.batch_no) AS files
  FROM batch
 ORDER BY batch.batch_no
