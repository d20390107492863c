-- What is known of pictures that were sampled by their numbers, and whether others are like them.
SELECT image.width_px, image.height_px, image.size_bytes, image.brightness_p5, image.brightness_p99,
       image.sharpness, image.information, image.is_grey, image.place_id,
       EXISTS (
           SELECT
             FROM image_relation
            WHERE image_relation.image_id = image.image_id
               OR image_relation.related_to = image.image_id) AS is_related
  FROM image
 WHERE image_no = ANY (%(image_nos)s::bigint[])
