-- The oldest training that is queued and that nobody else is taking.
--   training_id   that one alone; NULL: any
SELECT training_id
  FROM training
 WHERE status = 'queued'
   AND (%(training_id)s::bigint IS NULL OR training_id = %(training_id)s)
 ORDER BY training_id
 LIMIT 1
   FOR UPDATE SKIP LOCKED
