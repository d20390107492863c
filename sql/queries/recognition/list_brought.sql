-- Of these pictures those that the hub has, each with the digest of the file that brought it.
SELECT image.image_id, submission_file.sha256, submission_file.path
  FROM image
  JOIN submission_file USING (file_id)
 WHERE image.image_id = ANY(%(image_ids)s::text[])
