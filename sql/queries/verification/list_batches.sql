-- Every batch, with the files that its receipts hold today and those reported as augmented.
SELECT batch.batch_no,
       batch.batch_key,
       batch.status,
       batch.file_count,
       (SELECT count(*)
          FROM receipt
          JOIN submission USING (receipt_no)
          JOIN submission_file USING (submission_id)
         WHERE receipt.batch_no = batch.batch_no) AS files,
       coalesce((SELECT (rows_out ->> 'augmented')::bigint
                   FROM batch_stage
                  WHERE batch_stage.batch_no = batch.batch_no
                    AND stage = 'augment'), 0) AS augmented
  FROM batch
 ORDER BY batch.batch_no
