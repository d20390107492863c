-- What was decided of some things, newest first.
SELECT decided_at, decided_by, action, subject, detail
  FROM decision
 WHERE subject = ANY (%(subjects)s::text[])
 ORDER BY decision_id DESC
