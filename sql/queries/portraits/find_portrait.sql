-- What is told of a published picture, and of how it came.
SELECT image.image_id, image.split, image.format, image.width_px, image.height_px, image.size_bytes,
       image.licence, image.author, image.source, image.taken_at, image.place_id, image.shown_lon,
       image.shown_lat, image.published_at, image.batch_no, image.brightness_p99, image.sharpness,
       submission.receipt_no, receipt.received_at, label_name.name AS submitted_as
  FROM image
  JOIN submission_file USING (file_id)
  JOIN submission USING (submission_id)
  JOIN receipt USING (receipt_no)
  JOIN label USING (label_id)
  JOIN label_name ON label_name.label_id = coalesce(label.merged_into_id, label.label_id)
                 AND NOT label_name.is_alias
 WHERE image.image_id = %(image_id)s
   AND image.status = 'published'
