-- not explained: it reads the table of the transaction's pick
--   seed, most  another seed, another order; at most so many, NULL: all
SELECT image_id, size_bytes, picked
  FROM pick
 ORDER BY sha256(convert_to(%(seed)s || ':' || image_id, 'UTF8'))
 LIMIT %(most)s
