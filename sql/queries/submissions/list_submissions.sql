-- Submissions, newest first, and how many of their files ended in which way.
--   most       at most so many; NULL: all
--   supplier   only this one's; NULL: everybody's
--   before     only older ones than this; NULL: from the newest
--   only       only this one; NULL: all
WITH newest AS (
    SELECT submission_id, receipt_no, label_id, status
      FROM submission
     WHERE (%(supplier)s::text IS NULL
            OR receipt_no IN (
                SELECT receipt_no
                  FROM receipt
                  JOIN hub_user ON hub_user.user_id = receipt.supplier_id
                 WHERE hub_user.name = %(supplier)s::text))
       AND (%(before)s::bigint IS NULL OR submission_id < %(before)s::bigint)
       AND (%(only)s::bigint IS NULL OR submission_id = %(only)s::bigint)
     ORDER BY submission_id DESC
     LIMIT %(most)s
)
SELECT newest.submission_id AS id,
       newest.receipt_no AS receipt,
       shown.name AS label,
       hub_user.name AS supplier,
       newest.status,
       receipt.received_at,
       counted.*
  FROM newest
  JOIN receipt USING (receipt_no)
  JOIN hub_user ON hub_user.user_id = receipt.supplier_id
  JOIN label USING (label_id)
  JOIN label_name AS shown
    ON shown.label_id = coalesce(label.merged_into_id, label.label_id)
   AND NOT shown.is_alias
 CROSS JOIN LATERAL (
    SELECT coalesce(sum(files), 0)::bigint AS submitted,
           coalesce(sum(files) FILTER (WHERE outcome = 'pending'), 0)::bigint AS pending,
           coalesce(sum(files) FILTER (WHERE outcome = 'published'), 0)::bigint AS published,
           coalesce(jsonb_object_agg(reason, files) FILTER (WHERE outcome = 'rejected'),
                    '{}') AS rejected,
           coalesce(jsonb_object_agg(relation, files) FILTER (WHERE outcome = 'duplicate'),
                    '{}') AS duplicates
      FROM (
        SELECT outcome, reason, relation, count(*) AS files
          FROM submission_file
         WHERE submission_file.submission_id = newest.submission_id
         GROUP BY outcome, reason, relation
      ) AS ended
 ) AS counted
 ORDER BY newest.submission_id DESC
