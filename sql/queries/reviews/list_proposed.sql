-- Labels that are only proposed for pictures, the longest waiting first.
--   skipped  so many before
--   most     at most so many
SELECT label_claim.image_id, label.label_key AS key, label_name.name, label_claim.source,
       label_claim.claimed_at
  FROM label_claim
  JOIN image USING (image_id)
  JOIN label USING (label_id)
  JOIN label_name USING (label_id)
 WHERE label_claim.value = 'proposed'
   AND image.status = 'published'
   AND NOT label_name.is_alias
 ORDER BY label_claim.claimed_at, label_claim.image_id, label_claim.label_id
OFFSET %(skipped)s
 LIMIT %(most)s
