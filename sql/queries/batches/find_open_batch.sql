-- The batch that has begun and not ended.
SELECT batch_no, batch_key, file_count
  FROM batch
 WHERE status = 'open'
