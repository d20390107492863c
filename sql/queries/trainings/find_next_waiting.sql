-- The oldest training after that one that waits for pictures; user_id NULL: of anybody.
SELECT training_id, user_id, name, role, recipe, options
  FROM training
  JOIN hub_user ON hub_user.user_id = training.requested_by_id
 WHERE status = 'waiting'
   AND training_id > %(after)s
   AND (%(user_id)s::bigint IS NULL OR requested_by_id = %(user_id)s)
 ORDER BY training_id
 LIMIT 1
