-- The two counters of the hub, each with the highest number in use.
SELECT 'batch' AS counted, last_batch_no AS last, (SELECT coalesce(max(batch_no), 0) FROM batch) AS highest
  FROM hub
 UNION ALL
SELECT 'receipt', last_receipt_no, (SELECT coalesce(max(receipt_no), 0) FROM receipt)
  FROM hub
