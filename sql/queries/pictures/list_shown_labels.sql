-- The labels that pictures show, by name.
SELECT image_id, array_agg(label_name.name ORDER BY label_name.name) AS labels
  FROM label_claim
  JOIN label_name ON label_name.label_id = label_claim.label_id AND NOT is_alias
 WHERE image_id = ANY (%(image_ids)s::text[])
   AND value = 'positive'
 GROUP BY image_id
