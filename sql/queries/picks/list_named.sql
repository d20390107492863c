-- Every label as manifests name it.
SELECT label.label_id, label.label_key, label_name.name, label.mid
  FROM label
  JOIN label_name ON label_name.label_id = label.label_id AND NOT label_name.is_alias
