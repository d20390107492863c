-- The batch that a file was checked in that repeats a published picture.
SELECT submission_file.file_id, receipt.batch_no
  FROM submission_file
  JOIN submission USING (submission_id)
  JOIN receipt USING (receipt_no)
  JOIN image ON image.image_id = submission_file.duplicate_of
 WHERE submission_file.file_id = %(file_id)s
   AND image.status = 'published'
   AND receipt.batch_no IS NOT NULL
