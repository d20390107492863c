-- Demand counts once a user and label; who asks again waits for the most that they asked for.
INSERT INTO watch (label_id, user_id, least)
SELECT label_id, %(user_id)s, %(least)s
  FROM unnest(%(label_ids)s::bigint[]) AS wanted (label_id)
ON CONFLICT (label_id, user_id) DO UPDATE SET least = greatest(watch.least, excluded.least)
