-- What became of every file of a submission, and what was measured of the pictures published.
--   outcome   only files that ended so; NULL: all
--   most      at most so many, behind the first `skip`; NULL: all
--   again_in  the submission in which an undo received the file once more
SELECT submission_file.file_id,
       submission_file.path,
       submission_file.outcome,
       submission_file.reason,
       submission_file.image_id,
       submission_file.duplicate_of,
       kept_file.path AS duplicate_of_path,
       kept_supplier.name AS duplicate_of_supplier,
       kept_receipt.receipt_no AS duplicate_of_receipt,
       submission_file.relation,
       submission_file.is_undone,
       submission_file.distance,
       submission_file.look_distance,
       submission_file.rule_version,
       again.submission_id AS again_in,
       image.width_px,
       image.height_px,
       image.brightness_p5,
       image.brightness_p99,
       image.information,
       image.sharpness,
       image.is_grey
  FROM submission_file
  LEFT JOIN image ON image.image_id = submission_file.image_id
  LEFT JOIN submission_file AS again ON again.apart_from_file_id = submission_file.file_id
  LEFT JOIN image AS kept ON kept.image_id = submission_file.duplicate_of
  LEFT JOIN submission_file AS kept_file ON kept_file.file_id = kept.file_id
  LEFT JOIN submission AS kept_submission
         ON kept_submission.submission_id = kept_file.submission_id
  LEFT JOIN receipt AS kept_receipt ON kept_receipt.receipt_no = kept_submission.receipt_no
  LEFT JOIN hub_user AS kept_supplier ON kept_supplier.user_id = kept_receipt.supplier_id
 WHERE submission_file.submission_id = %(submission_id)s
   AND (%(outcome)s::text IS NULL OR submission_file.outcome = %(outcome)s::text)
 ORDER BY submission_file.path, submission_file.file_id
 LIMIT %(most)s
OFFSET %(skip)s
