-- What no batch has taken yet.
SELECT count(*) AS receipts, coalesce(sum(file_count), 0)::bigint AS files
  FROM receipt
 WHERE batch_no IS NULL
