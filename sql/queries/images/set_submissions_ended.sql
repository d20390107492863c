-- End the submissions of a batch: failed where every file was refused, else published.
UPDATE submission
   SET status = CASE WHEN EXISTS (SELECT FROM submission_file
                                   WHERE submission_file.submission_id = submission.submission_id
                                     AND submission_file.outcome <> 'rejected')
                     THEN 'published' ELSE 'failed' END
  FROM receipt
 WHERE receipt.receipt_no = submission.receipt_no
   AND receipt.batch_no = %(batch_no)s
   AND submission.status NOT IN ('published', 'failed')
