-- The labels right above or below one, with their counts.
SELECT label_edge.kind, label.label_key AS key, label_name.name, label_count.rollup,
       CASE label_edge.parent_id WHEN %(label_id)s THEN 'below' ELSE 'above' END AS side
  FROM label_edge
  JOIN label ON label.label_id = CASE label_edge.parent_id WHEN %(label_id)s
                                 THEN label_edge.child_id ELSE label_edge.parent_id END
  JOIN label_name ON label_name.label_id = label.label_id AND NOT label_name.is_alias
  JOIN label_count ON label_count.label_id = label.label_id
 WHERE %(label_id)s IN (label_edge.parent_id, label_edge.child_id)
 ORDER BY side, label_count.rollup DESC, label_name.folded_name COLLATE "C", label_edge.kind
