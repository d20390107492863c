-- Pictures by their numbers, newest first.
SELECT image_no, image_id, format, width_px, height_px, split, licence, author, published_at
  FROM image
 WHERE image_no = ANY (%(image_nos)s::bigint[])
 ORDER BY image_no DESC
