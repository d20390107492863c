-- How many files are not published because the hub has the picture.
--   relation, image, submission  only those of that relation, of the picture whose id begins so,
--                                of that submission; NULL: all
SELECT count(*) AS files
  FROM submission_file
 WHERE outcome = 'duplicate'
   AND (%(relation)s::text IS NULL OR relation = %(relation)s)
   AND (%(image)s::text IS NULL OR starts_with(duplicate_of, %(image)s))
   AND (%(submission)s::bigint IS NULL OR submission_id = %(submission)s)
