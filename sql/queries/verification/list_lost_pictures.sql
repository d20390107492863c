-- Pictures that files lead to and that Postgres does not have, each with the first such file.
SELECT coalesce(submission_file.image_id, submission_file.duplicate_of) AS image_id,
       min(submission_file.file_id) AS file_id
  FROM submission_file
 WHERE submission_file.outcome IN ('published', 'duplicate')
   AND NOT EXISTS (
           SELECT
             FROM image
            WHERE image.image_id = coalesce(submission_file.image_id, submission_file.duplicate_of))
 GROUP BY 1
 ORDER BY 1
