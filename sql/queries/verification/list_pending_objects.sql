-- The landing files that a later batch will need, each with one path it was submitted under.
SELECT sha256, min(path) AS path
  FROM submission_file
 WHERE outcome = 'pending'
 GROUP BY sha256
