-- The newest decisions of one kind of things.
--   kind  what their subjects begin with
SELECT decided_at, decided_by, action, subject, detail
  FROM decision
 WHERE split_part(subject, '/', 1) = ANY (%(kinds)s::text[])
 ORDER BY decision_id DESC
 LIMIT %(most)s
