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
       image.rule_version,
       whole.hash AS phash,
       crop5.hash AS phash_crop5,
       crop10.hash AS phash_crop10
  FROM image
  JOIN submission_file USING (file_id)
  LEFT JOIN image_hash AS whole ON whole.image_id = image.image_id AND whole.kind = 'phash'
  LEFT JOIN image_hash AS crop5 ON crop5.image_id = image.image_id AND crop5.kind = 'phash_crop5'
  LEFT JOIN image_hash AS crop10 ON crop10.image_id = image.image_id AND crop10.kind = 'phash_crop10'
 WHERE image.batch_no = ANY(%(batches)s)
