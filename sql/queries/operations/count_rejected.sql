-- Why files were refused, by batch: of the newest ones.
SELECT batch_no, reason, count(*) AS files
  FROM (SELECT submission_id, reason
          FROM submission_file
         WHERE outcome = 'rejected'
         ORDER BY file_id DESC
         LIMIT %(newest)s) AS refused
  JOIN submission USING (submission_id)
  JOIN receipt USING (receipt_no)
 WHERE batch_no IS NOT NULL
 GROUP BY batch_no, reason
 ORDER BY batch_no, reason
