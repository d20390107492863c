-- Where a published picture's bytes and its thumbnails lie.
SELECT image_id, label_key, size_bytes, crc32, batch_key
  FROM image
  JOIN batch USING (batch_no)
 WHERE image_id = %(image_id)s
   AND image.status = 'published'
