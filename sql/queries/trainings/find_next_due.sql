-- The oldest training to work on that nobody else is taking: queued, or its supervisor is silent.
--   term_seconds  so long without a word a supervisor is taken for dead
--   training_id   that one alone; NULL: any
SELECT training_id
  FROM training
 WHERE (status = 'queued'
        OR status = 'running'
        AND coalesce(beat_at, started_at) < now() - %(term_seconds)s * interval '1 second')
   AND (%(training_id)s::bigint IS NULL OR training_id = %(training_id)s)
 ORDER BY training_id
 LIMIT 1
   FOR UPDATE SKIP LOCKED
