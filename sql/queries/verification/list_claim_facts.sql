-- What the fingerprint covers of every claim, on the label that stands for it today.
SELECT label_claim.image_id, standing.label_key, label_claim.value
  FROM label_claim
  JOIN image USING (image_id)
  JOIN label USING (label_id)
  JOIN label AS standing ON standing.label_id = coalesce(label.merged_into_id, label.label_id)
 WHERE image.status = 'published'
