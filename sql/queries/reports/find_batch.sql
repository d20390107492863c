-- A batch by its number, or the newest one.
--   batch_no  NULL: the newest
SELECT batch.batch_no,
       batch.status,
       batch.file_count AS files,
       batch.created_at,
       batch.ended_at,
       count(receipt.receipt_no) AS receipts,
       count(DISTINCT receipt.supplier_id) AS suppliers
  FROM batch
  LEFT JOIN receipt USING (batch_no)
 WHERE batch.batch_no = coalesce(%(batch_no)s, (SELECT max(batch_no) FROM batch))
 GROUP BY batch.batch_no
