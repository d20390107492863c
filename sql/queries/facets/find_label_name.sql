-- The name today of the label of a key, or of the one that it was merged into.
SELECT label_name.name
  FROM label
  JOIN label_name ON label_name.label_id = coalesce(label.merged_into_id, label.label_id)
                 AND NOT label_name.is_alias
 WHERE label.label_key = %(label_key)s
