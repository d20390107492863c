-- What the catalogue says today of some pictures, as far as it knows them.
SELECT image.image_id, image.status, image.published_at,
       coalesce(array_agg(label.label_key) FILTER (WHERE label_claim.value = 'positive'), '{}')
           AS label_keys
  FROM image
  LEFT JOIN label_claim USING (image_id)
  LEFT JOIN label USING (label_id)
 WHERE image.image_id = ANY (%(image_ids)s::text[])
 GROUP BY image.image_id
