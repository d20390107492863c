-- Published pictures by id: the file that each came from, and where it stands.
SELECT image_id, file_id, split
  FROM image
 WHERE image_id = ANY(%(image_ids)s)
