-- What is said of a picture, what it shows first.
SELECT label.label_key AS key, label_name.name, label_claim.value, label_claim.source,
       label_claim.is_verified, label_claim.is_disputed, label_claim.claimed_at
  FROM label_claim
  JOIN label USING (label_id)
  JOIN label_name USING (label_id)
 WHERE label_claim.image_id = %(image_id)s
   AND NOT label_name.is_alias
 ORDER BY array_position(ARRAY['positive', 'proposed', 'negative'], label_claim.value),
          label_name.folded_name COLLATE "C"
