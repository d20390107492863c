SELECT image_no
  FROM image
 WHERE image_id = ANY (%(image_ids)s::text[])
