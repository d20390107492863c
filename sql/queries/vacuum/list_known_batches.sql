-- Every batch that has begun.
SELECT batch_no, batch_key, status
  FROM batch
 ORDER BY batch_no
