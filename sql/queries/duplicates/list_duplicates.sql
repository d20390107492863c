-- Files that are not published because the hub has the picture, newest first.
--   most  at most so many; NULL: all
SELECT submission_file.file_id,
       submission_file.duplicate_of AS image_id,
       submission_file.path,
       submission_file.relation,
       -- Equal bytes or pixels are the only rule so far.
       0 AS distance,
       'exact' AS rule,
       submission_file.is_undone AS undone,
       label_name.name AS label,
       submission_file.submission_id AS submission
  FROM submission_file
  JOIN submission USING (submission_id)
  JOIN label USING (label_id)
  JOIN label_name ON label_name.label_id = coalesce(label.merged_into_id, label.label_id)
                 AND NOT label_name.is_alias
 WHERE submission_file.outcome = 'duplicate'
 ORDER BY submission_file.file_id DESC
 LIMIT %(most)s
