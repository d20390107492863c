-- not explained: it reads the table of the transaction's pick
SELECT count(*) AS images, coalesce(sum(size_bytes), 0)::bigint AS bytes
  FROM pick
