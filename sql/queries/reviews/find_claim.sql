-- What is said of a picture by the label of a key, or by the one that it was merged into.
SELECT label_claim.label_id, label.label_key AS key, label_name.name, label_claim.value
  FROM label AS asked
  JOIN label ON label.label_id = coalesce(asked.merged_into_id, asked.label_id)
  JOIN label_name ON label_name.label_id = label.label_id AND NOT label_name.is_alias
  JOIN label_claim ON label_claim.label_id = label.label_id
 WHERE asked.label_key = %(label_key)s
   AND label_claim.image_id = %(image_id)s
