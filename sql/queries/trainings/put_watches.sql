INSERT INTO watch (label_id, user_id)
SELECT label_id, %(user_id)s
  FROM unnest(%(label_ids)s::bigint[]) AS wanted (label_id)
ON CONFLICT DO NOTHING
