-- How many reports of a user wait for a review.
SELECT count(*) AS reports
  FROM report
 WHERE reported_by_id = %(reported_by_id)s
   AND resolved_at IS NULL
