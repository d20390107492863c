-- Pictures that contradict the file they were published from.
SELECT image.image_id, image.file_id, submission_file.path
  FROM image
  JOIN submission_file USING (file_id)
 WHERE submission_file.image_id IS DISTINCT FROM image.image_id
    OR (submission_file.licence, submission_file.author, submission_file.source)
       IS DISTINCT FROM (image.licence, image.author, image.source)
 ORDER BY image.image_id
