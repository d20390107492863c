-- What became of the files of a batch.
--   undone  duplicates of which the verdict was taken back
SELECT submission_file.outcome,
       submission_file.reason,
       submission_file.relation,
       count(*) AS files,
       count(*) FILTER (WHERE submission_file.is_undone) AS undone
  FROM receipt
  JOIN submission USING (receipt_no)
  JOIN submission_file USING (submission_id)
 WHERE receipt.batch_no = %(batch_no)s
 GROUP BY submission_file.outcome, submission_file.reason, submission_file.relation
 ORDER BY files DESC, submission_file.outcome, submission_file.reason, submission_file.relation
