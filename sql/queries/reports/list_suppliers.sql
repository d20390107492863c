-- What became of the files of a batch by supplier, the largest first.
--   most   at most so many
--   total  suppliers there are
SELECT hub_user.name AS name,
       NULL::bigint AS receipt,
       count(*) AS files,
       count(*) FILTER (WHERE submission_file.outcome = 'published') AS published,
       count(*) FILTER (WHERE submission_file.outcome = 'duplicate') AS duplicate,
       count(*) FILTER (WHERE submission_file.outcome = 'rejected') AS rejected,
       count(*) FILTER (WHERE submission_file.outcome = 'pending') AS pending,
       count(*) OVER () AS total
  FROM receipt
  JOIN submission USING (receipt_no)
  JOIN submission_file USING (submission_id)
  JOIN hub_user ON hub_user.user_id = receipt.supplier_id
 WHERE receipt.batch_no = %(batch_no)s
 GROUP BY hub_user.name
 ORDER BY files DESC, hub_user.name
 LIMIT %(most)s
