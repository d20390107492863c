-- What became of every file of a submission, and what was measured of the pictures published.
--   again_in  the submission in which an undo received the file once more
SELECT submission_file.file_id,
       submission_file.path,
       submission_file.outcome,
       submission_file.reason,
       submission_file.image_id,
       submission_file.duplicate_of,
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
 WHERE submission_file.submission_id = %(submission_id)s
 ORDER BY submission_file.path, submission_file.file_id
