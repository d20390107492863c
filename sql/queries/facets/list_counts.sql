-- The counts of every label, by name.
--   evidence  supplier, or verified: what makes a picture trainable
SELECT label.label_key AS key, label_name.name, own, rollup, verified,
       CASE %(evidence)s WHEN 'verified' THEN rollup_verified ELSE undisputed END AS trainable
  FROM label_count
  JOIN label USING (label_id)
  JOIN label_name USING (label_id)
 WHERE NOT label_name.is_alias
 ORDER BY label_name.folded_name COLLATE "C"
