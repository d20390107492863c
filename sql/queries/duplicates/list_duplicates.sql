-- Files that are not published because the hub has the picture, newest first; of the picture, the
-- file that brought it.
--   most                         at most so many; NULL: all
--   relation, image, submission  only those of that relation, of the picture whose id begins so,
--                                of that submission; NULL: all
SELECT submission_file.file_id,
       submission_file.duplicate_of AS image_id,
       submission_file.path,
       kept_file.path AS duplicate_of_path,
       kept_supplier.name AS duplicate_of_supplier,
       kept_receipt.receipt_no AS duplicate_of_receipt,
       submission_file.relation,
       submission_file.distance,
       submission_file.look_distance,
       submission_file.rule_version,
       submission_file.is_undone,
       label_name.name AS label,
       submission_file.submission_id
  FROM submission_file
  JOIN submission ON submission.submission_id = submission_file.submission_id
  JOIN label USING (label_id)
  JOIN label_name ON label_name.label_id = coalesce(label.merged_into_id, label.label_id)
                 AND NOT label_name.is_alias
  LEFT JOIN image AS kept ON kept.image_id = submission_file.duplicate_of
  LEFT JOIN submission_file AS kept_file ON kept_file.file_id = kept.file_id
  LEFT JOIN submission AS kept_submission
         ON kept_submission.submission_id = kept_file.submission_id
  LEFT JOIN receipt AS kept_receipt ON kept_receipt.receipt_no = kept_submission.receipt_no
  LEFT JOIN hub_user AS kept_supplier ON kept_supplier.user_id = kept_receipt.supplier_id
 WHERE submission_file.outcome = 'duplicate'
   AND (%(relation)s::text IS NULL OR submission_file.relation = %(relation)s)
   AND (%(image)s::text IS NULL OR starts_with(submission_file.duplicate_of, %(image)s))
   AND (%(submission)s::bigint IS NULL OR submission_file.submission_id = %(submission)s)
 ORDER BY submission_file.file_id DESC
 LIMIT %(most)s
