-- not explained: it reads the table of the transaction's pick
--   image_ids  only these of the pick; NULL: all
WITH wanted AS (
    SELECT image_id, picked, country, city, neighbourhood
      FROM pick
     WHERE %(image_ids)s::text[] IS NULL OR image_id = ANY (%(image_ids)s)
), said AS (
    SELECT wanted.image_id,
           array_agg(label_id) FILTER (WHERE value = 'positive') AS labels,
           array_agg(label_id) FILTER (WHERE value = 'negative') AS negatives,
           array_agg(label_id) FILTER (WHERE value = 'positive' AND is_verified) AS verified
      FROM wanted
      JOIN label_claim ON label_claim.image_id = wanted.image_id
     GROUP BY wanted.image_id
), boxed AS (
    SELECT wanted.image_id,
           jsonb_agg(
               jsonb_build_object(
                   'label_key', label.label_key, 'x_min', label_box.x_min,
                   'x_max', label_box.x_max, 'y_min', label_box.y_min, 'y_max', label_box.y_max,
                   'source', label_box.source, 'is_group_of', label_box.is_group_of)
               ORDER BY label.label_key COLLATE "C", label_box.box_no) AS boxes
      FROM wanted
      JOIN label_box ON label_box.image_id = wanted.image_id
      JOIN label_claim ON label_claim.image_id = label_box.image_id
       AND label_claim.label_id = label_box.label_id
       AND label_claim.value = 'positive'
      JOIN label ON label.label_id = label_box.label_id
     GROUP BY wanted.image_id
)
SELECT image.image_id, image.format, image.size_bytes, image.crc32, image.width_px,
       image.height_px, image.split, image.group_id, image.label_key,
       said.labels, said.negatives, said.verified, wanted.picked, boxed.boxes,
       image.licence, image.author, image.source,
       to_char(image.taken_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS taken_at,
       wanted.country, wanted.city, wanted.neighbourhood
  FROM wanted
  JOIN image ON image.image_id = wanted.image_id
  LEFT JOIN said ON said.image_id = wanted.image_id
  LEFT JOIN boxed ON boxed.image_id = wanted.image_id
 ORDER BY image.image_id COLLATE "C"
