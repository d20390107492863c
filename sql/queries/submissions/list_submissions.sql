-- Submissions, newest first, and how many of their files ended in which way.
SELECT submission.submission_id AS id,
       submission.receipt_no AS receipt,
       shown.name AS label,
       hub_user.name AS supplier,
       submission.status,
       receipt.received_at,
       count(*) AS submitted,
       count(*) FILTER (WHERE outcome = 'pending') AS pending,
       count(*) FILTER (WHERE outcome = 'published') AS published,
       count(*) FILTER (WHERE outcome = 'rejected') AS rejected,
       count(*) FILTER (WHERE outcome = 'duplicate') AS duplicates
  FROM submission
  JOIN receipt USING (receipt_no)
  JOIN hub_user ON hub_user.user_id = receipt.supplier_id
  JOIN label USING (label_id)
  JOIN label_name AS shown
    ON shown.label_id = coalesce(label.merged_into_id, label.label_id)
   AND NOT shown.is_alias
  JOIN submission_file USING (submission_id)
 GROUP BY submission.submission_id, receipt.receipt_no, shown.name, hub_user.user_id
 ORDER BY submission.submission_id DESC
 LIMIT %(most)s
