-- The key of a label and of those it stands for.
SELECT label_key
  FROM label
 WHERE %(label_id)s::bigint IN (label_id, merged_into_id)
