-- The counts of every label, by name.
SELECT label.label_key, label_name.name, own, rollup, verified, undisputed, rollup_verified
  FROM label_count
  JOIN label USING (label_id)
  JOIN label_name USING (label_id)
 WHERE NOT label_name.is_alias
 ORDER BY label_name.folded_name COLLATE "C"
