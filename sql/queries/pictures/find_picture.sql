-- A published picture with what is claimed of it.
SELECT image.image_id, image.label_key, image.split, image.group_id, image.format, image.width_px,
       image.height_px, image.size_bytes, image.crc32, image.licence, image.author, image.source,
       image.taken_at, image.place_id, place.country, place.city, nullif(place.neighbourhood, '') AS neighbourhood,
       image.published_at,
       coalesce(claimed.positives, '[]') AS labels,
       coalesce(claimed.negatives, '[]') AS negatives,
       coalesce(boxed.boxes, '[]') AS boxes
  FROM image
  LEFT JOIN place USING (place_id)
  LEFT JOIN LATERAL (
      SELECT jsonb_agg(said ORDER BY said ->> 'key') FILTER (WHERE value = 'positive') AS positives,
             jsonb_agg(said ORDER BY said ->> 'key')
                 FILTER (WHERE value = 'negative') AS negatives
        FROM (SELECT label_claim.value,
                     jsonb_build_object('key', label.label_key, 'name', label_name.name,
                                        'mid', label.mid) AS said
                FROM label_claim
                JOIN label USING (label_id)
                JOIN label_name
                  ON label_name.label_id = label.label_id AND NOT label_name.is_alias
               WHERE label_claim.image_id = image.image_id) AS claims
  ) AS claimed ON true
  LEFT JOIN LATERAL (
      SELECT jsonb_agg(
                 jsonb_build_object(
                     'label_key', label.label_key, 'x_min', x_min, 'x_max', x_max, 'y_min', y_min,
                     'y_max', y_max, 'source', label_box.source, 'is_group_of', is_group_of)
                 ORDER BY label.label_key COLLATE "C", box_no) AS boxes
        FROM label_box
        JOIN label_claim USING (image_id, label_id)
        JOIN label USING (label_id)
       WHERE label_box.image_id = image.image_id
         AND label_claim.value = 'positive'
  ) AS boxed ON true
 WHERE image.image_id = %(image_id)s
   AND image.status = 'published'
