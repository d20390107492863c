-- How many pictures labels can be trained on.
--   evidence  supplier, or verified: what makes a picture trainable
SELECT label_id, label_name.name, label_key,
       CASE %(evidence)s WHEN 'verified' THEN rollup_verified ELSE undisputed END AS trainable
  FROM label
  JOIN label_count USING (label_id)
  JOIN label_name USING (label_id)
 WHERE NOT label_name.is_alias
   AND label_id = ANY (%(label_ids)s)
 ORDER BY label_name.folded_name COLLATE "C"
