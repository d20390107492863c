-- The landing files that a later batch will need, each with the first file that it was brought by.
SELECT DISTINCT ON (sha256)
       sha256,
       path,
       submission_id,
       count(*) OVER (PARTITION BY sha256) AS files
  FROM submission_file
 WHERE outcome = 'pending'
 ORDER BY sha256, file_id
