-- What became of the files of a batch by receipt, the largest first.
--   most   at most so many
--   total  receipts there are
SELECT hub_user.name AS name,
       receipt.receipt_no AS receipt,
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
 GROUP BY hub_user.name, receipt.receipt_no
 ORDER BY files DESC, receipt.receipt_no
 LIMIT %(most)s
