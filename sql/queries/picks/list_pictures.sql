-- not explained: it reads the table of the transaction's pick
--   image_ids  only these of the pick; NULL: all
WITH named AS (
    SELECT label.label_id, label.label_key,
           jsonb_build_object('key', label.label_key, 'name', label_name.name, 'mid', label.mid)
               AS label
      FROM label
      JOIN label_name ON label_name.label_id = label.label_id AND NOT label_name.is_alias
), wanted AS (
    SELECT image_id, picked
      FROM pick
     WHERE %(image_ids)s::text[] IS NULL OR image_id = ANY (%(image_ids)s)
), said AS (
    SELECT wanted.image_id,
           jsonb_agg(named.label) FILTER (WHERE label_claim.value = 'positive') AS labels,
           jsonb_agg(named.label) FILTER (WHERE label_claim.value = 'negative') AS negatives,
           array_agg(named.label_key) FILTER
               (WHERE label_claim.value = 'positive' AND label_claim.is_verified) AS verified
      FROM wanted
      JOIN label_claim ON label_claim.image_id = wanted.image_id
       AND label_claim.value IN ('positive', 'negative')
      JOIN named ON named.label_id = label_claim.label_id
     GROUP BY wanted.image_id
), boxed AS (
    SELECT wanted.image_id,
           jsonb_agg(
               jsonb_build_object(
                   'label_key', named.label_key, 'x_min', label_box.x_min,
                   'x_max', label_box.x_max, 'y_min', label_box.y_min, 'y_max', label_box.y_max,
                   'source', label_box.source, 'is_group_of', label_box.is_group_of)
               ORDER BY named.label_key COLLATE "C", label_box.box_no) AS boxes
      FROM wanted
      JOIN label_box ON label_box.image_id = wanted.image_id
      JOIN label_claim ON label_claim.image_id = label_box.image_id
       AND label_claim.label_id = label_box.label_id
       AND label_claim.value = 'positive'
      JOIN named ON named.label_id = label_box.label_id
     GROUP BY wanted.image_id
)
SELECT image.image_id, image.format, image.size_bytes, image.crc32, image.width_px,
       image.height_px, image.split, image.group_id, image.label_key,
       coalesce(said.labels, '[]') AS labels,
       coalesce(said.negatives, '[]') AS negatives,
       coalesce(said.verified, '{}') AS verified,
       array(SELECT named.label FROM named WHERE named.label_id = ANY (wanted.picked)) AS picked,
       coalesce(boxed.boxes, '[]') AS boxes,
       image.licence, image.author, image.source,
       to_char(image.taken_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS taken_at,
       place.country, place.city, nullif(place.neighbourhood, '') AS neighbourhood
  FROM wanted
  JOIN image ON image.image_id = wanted.image_id
  LEFT JOIN said ON said.image_id = wanted.image_id
  LEFT JOIN boxed ON boxed.image_id = wanted.image_id
  LEFT JOIN place ON place.place_id = image.place_id
 ORDER BY image.image_id COLLATE "C"
