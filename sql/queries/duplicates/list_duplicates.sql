-- Files that are not published because the hub has the picture, newest first.
--   most                         at most so many; NULL: all
--   relation, image, submission  only those of that relation, of the picture whose id begins so,
--                                of that submission; NULL: all
SELECT submission_file.file_id,
       submission_file.duplicate_of AS image_id,
       submission_file.path,
       submission_file.relation,
       submission_file.distance,
       submission_file.look_distance,
       submission_file.rule_version,
       submission_file.is_undone,
       label_name.name AS label,
       submission_file.submission_id
  FROM submission_file
  JOIN submission USING (submission_id)
  JOIN label USING (label_id)
  JOIN label_name ON label_name.label_id = coalesce(label.merged_into_id, label.label_id)
                 AND NOT label_name.is_alias
 WHERE submission_file.outcome = 'duplicate'
   AND (%(relation)s::text IS NULL OR submission_file.relation = %(relation)s)
   AND (%(image)s::text IS NULL OR starts_with(submission_file.duplicate_of, %(image)s))
   AND (%(submission)s::bigint IS NULL OR submission_file.submission_id = %(submission)s)
 ORDER BY submission_file.file_id DESC
 LIMIT %(most)s
