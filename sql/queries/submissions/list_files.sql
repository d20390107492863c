-- What became of every file of a submission.
SELECT path, outcome, reason, image_id, duplicate_of, relation, is_undone
  FROM submission_file
 WHERE submission_id = %(submission_id)s
 ORDER BY path, file_id
