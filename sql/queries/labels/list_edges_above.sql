-- Every edge, of either kind, on some way up from some labels.
WITH RECURSIVE above AS (
    SELECT unnest(%(label_ids)s::bigint[]) AS label_id
     UNION
    SELECT label_edge.parent_id
      FROM above
      JOIN label_edge ON label_edge.child_id = above.label_id
)
SELECT child_id, parent_id, kind
  FROM label_edge
 WHERE child_id IN (SELECT label_id FROM above)
 ORDER BY child_id, parent_id, kind
