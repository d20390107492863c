-- The published pictures that answer to any of the labels, each once, by image_id.
--   label_ids         labels picked; a picture answers to one by a positive claim
--   with_descendants  whether a claim on an is-a descendant counts too
WITH wanted AS (
    SELECT ancestor_id AS picked_id, descendant_id AS label_id
      FROM label_closure
     WHERE ancestor_id = ANY (%(label_ids)s::bigint[])
       AND (ancestor_id = descendant_id OR %(with_descendants)s)
), named AS (
    SELECT label.label_id,
           jsonb_build_object('key', label.label_key, 'name', label_name.name, 'mid', label.mid)
               AS label
      FROM label
      JOIN label_name ON label_name.label_id = label.label_id AND NOT label_name.is_alias
), matched AS (
    SELECT DISTINCT label_claim.image_id, wanted.picked_id
      FROM wanted
      JOIN label_claim ON label_claim.label_id = wanted.label_id
       AND label_claim.value = 'positive'
), picked AS (
    SELECT matched.image_id, jsonb_agg(named.label) AS picked
      FROM matched
      JOIN named ON named.label_id = matched.picked_id
     GROUP BY matched.image_id
), claimed AS (
    SELECT label_claim.image_id, jsonb_agg(named.label) AS labels
      FROM picked
      JOIN label_claim ON label_claim.image_id = picked.image_id
       AND label_claim.value = 'positive'
      JOIN named ON named.label_id = label_claim.label_id
     GROUP BY label_claim.image_id
)
SELECT image.image_id, image.format, image.size_bytes, image.crc32, image.width_px,
       image.height_px, image.split, image.group_id, image.label_key, claimed.labels,
       picked.picked, image.licence, image.author, image.source,
       to_char(image.taken_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS taken_at,
       place.country, place.city, nullif(place.neighbourhood, '') AS neighbourhood
  FROM picked
  JOIN claimed ON claimed.image_id = picked.image_id
  JOIN image ON image.image_id = picked.image_id AND image.status = 'published'
  LEFT JOIN place ON place.place_id = image.place_id
 ORDER BY image.image_id COLLATE "C"
