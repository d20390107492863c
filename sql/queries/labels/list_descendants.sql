-- Some labels and all their descendants.
SELECT DISTINCT descendant_id AS label_id
  FROM label_closure
 WHERE ancestor_id = ANY (%(label_ids)s::bigint[])
