-- Make the pick: the published pictures that a recipe asks for, before any cap, as a table of this
-- transaction. Of a label a picture is a positive, a verified negative, or nothing is known.
--   answers_*      which claims answer for which term (a label of the recipe; below zero: a label
--                  of none_of), as three columns
--   any_ids, all_ids, none_ids  the terms; a picture shows one of the first (or they are none),
--                  all of the second and none of the third
--   image_ids      only these of the pick; NULL: all
--   told_*         what may be told of which places, as four columns; '' for what may not. A
--                  picture of any other place is one without a place, here and in what is listed
--   others         filters; NULL lets every picture pass
CREATE TEMPORARY TABLE pick ON COMMIT DROP AS
WITH answer AS (
    SELECT *
      FROM unnest(%(answers_term)s::bigint[], %(answers_label)s::bigint[],
                  %(answers_denied)s::boolean[]) AS answer (term_id, label_id, is_denied)
), said AS (
    SELECT label_claim.image_id, answer.term_id, false AS is_denied
      FROM answer
      JOIN label_claim ON label_claim.label_id = answer.label_id
       AND label_claim.value = 'positive'
     WHERE NOT answer.is_denied
       AND (label_claim.is_verified OR NOT %(verified_only)s)
       AND (%(image_ids)s::text[] IS NULL OR label_claim.image_id = ANY (%(image_ids)s))
     UNION ALL
    SELECT label_claim.image_id, answer.term_id, true
      FROM answer
      JOIN label_claim ON label_claim.label_id = answer.label_id
       AND label_claim.value = 'negative'
     WHERE answer.is_denied
       AND (%(image_ids)s::text[] IS NULL OR label_claim.image_id = ANY (%(image_ids)s))
), state AS (
    SELECT image_id, term_id, bool_or(is_denied) AS is_denied
      FROM said
     GROUP BY image_id, term_id
), answered AS (
    SELECT image_id,
           coalesce(array_agg(term_id ORDER BY term_id) FILTER (WHERE NOT is_denied), '{}')
               AS shown,
           bool_or(is_denied AND term_id > 0) AS is_denied
      FROM state
     GROUP BY image_id
), told AS (
    SELECT place_id, country, nullif(city, '') AS city, nullif(neighbourhood, '') AS neighbourhood
      FROM unnest(%(told_ids)s::bigint[], %(told_countries)s::text[], %(told_cities)s::text[],
                  %(told_neighbourhoods)s::text[])
           AS told (place_id, country, city, neighbourhood)
)
SELECT answered.image_id, image.size_bytes, told.country, told.city, told.neighbourhood,
       array(SELECT term_id FROM unnest(answered.shown) AS term_id WHERE term_id > 0) AS picked
  FROM answered
  JOIN image ON image.image_id = answered.image_id AND image.status = 'published'
  LEFT JOIN told ON told.place_id = image.place_id
 WHERE NOT answered.shown && %(none_ids)s::bigint[]
   AND (answered.shown @> %(all_ids)s::bigint[]
        AND (answered.shown && %(any_ids)s::bigint[] OR %(any_ids)s::bigint[] = '{}')
        OR %(with_negatives)s AND answered.is_denied)
   AND (%(splits)s::text[] IS NULL OR image.split = ANY (%(splits)s::text[]))
   AND least(image.width_px, image.height_px) >= %(min_side_px)s
   AND (%(licences)s::text[] IS NULL OR image.licence = ANY (%(licences)s::text[]))
   AND (%(countries)s::text[] IS NULL
        OR lower(told.country) IN (SELECT lower(name) FROM unnest(%(countries)s::text[]) AS name))
   AND (%(cities)s::text[] IS NULL
        OR lower(told.city) IN (SELECT lower(name) FROM unnest(%(cities)s::text[]) AS name))
   AND (%(within)s::float[] IS NULL
        -- By the middle of a cell of a tenth of a degree, and by the point that is shown, where one
        -- is: a recipe must not tell where a picture was taken more exactly than its page does.
        OR told.city IS NOT NULL
       AND floor(image.shown_lat * 10) / 10 + 0.05 BETWEEN (%(within)s::float[])[2] AND (%(within)s::float[])[4]
       AND CASE WHEN (%(within)s::float[])[1] <= (%(within)s::float[])[3]
                THEN floor(image.shown_lon * 10) / 10 + 0.05 BETWEEN (%(within)s::float[])[1] AND (%(within)s::float[])[3]
                ELSE floor(image.shown_lon * 10) / 10 + 0.05 >= (%(within)s::float[])[1]
                  OR floor(image.shown_lon * 10) / 10 + 0.05 <= (%(within)s::float[])[3] END)
   AND (%(taken_from)s::date IS NULL
        OR image.taken_at >= %(taken_from)s::date::timestamp AT TIME ZONE 'UTC')
   AND (%(taken_until)s::date IS NULL
        OR image.taken_at < (%(taken_until)s::date + 1)::timestamp AT TIME ZONE 'UTC')
   AND (%(sources)s::text[] IS NULL
        OR EXISTS (SELECT FROM unnest(%(sources)s::text[]) AS prefix WHERE starts_with(image.source, prefix)))
   AND (%(suppliers)s::text[] IS NULL
        OR (SELECT hub_user.name
              FROM submission_file
              JOIN submission USING (submission_id)
              JOIN receipt USING (receipt_no)
              JOIN hub_user ON hub_user.user_id = receipt.supplier_id
             WHERE submission_file.file_id = image.file_id) = ANY (%(suppliers)s::text[]))
   -- As numeric a measure is the decimal number that was stored, and a limit is met exactly.
   AND (%(least_brightness_p99)s::numeric IS NULL
        OR image.brightness_p99::numeric >= %(least_brightness_p99)s)
   AND (%(most_brightness_p5)s::numeric IS NULL
        OR image.brightness_p5::numeric <= %(most_brightness_p5)s)
   AND (%(least_sharpness)s::numeric IS NULL
        OR image.sharpness::numeric >= %(least_sharpness)s)
   AND (%(least_information)s::numeric IS NULL
        OR image.information::numeric >= %(least_information)s)
   AND (%(least_aspect_ratio)s::float IS NULL
        OR least(image.width_px, image.height_px)::float / greatest(image.width_px, image.height_px)
           >= %(least_aspect_ratio)s)
   AND (NOT %(without_grey)s OR NOT image.is_grey)
