-- What Postgres says of every picture of some batches, as the lake's images and images_kept would.
SELECT image.image_id,
       image.batch_no,
       image.status,
       image.file_id,
       image.label_key,
       image.split,
       image.group_id,
       image.format,
       image.width_px,
       image.height_px,
       image.size_bytes,
       image.crc32,
       image.licence,
       image.author,
       image.source,
       submission_file.submission_id,
       submission_file.sha256,
       image_hash.hash AS phash
  FROM image
  JOIN submission_file USING (file_id)
  LEFT JOIN image_hash ON image_hash.image_id = image.image_id AND image_hash.kind = 'phash'
 WHERE image.batch_no = ANY(%(batches)s)
