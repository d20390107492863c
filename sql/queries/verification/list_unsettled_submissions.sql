-- Submissions whose state contradicts their batch or the outcomes of their files.
SELECT submission.submission_id,
       submission.status,
       receipt.batch_no,
       coalesce(batch.status, 'waiting') AS batch_status,
       files.files,
       files.pending
  FROM submission
  JOIN receipt USING (receipt_no)
  LEFT JOIN batch USING (batch_no)
  JOIN (SELECT submission_id, count(*) AS files, count(*) FILTER (WHERE outcome = 'pending') AS pending
          FROM submission_file
         GROUP BY submission_id) AS files USING (submission_id)
 WHERE CASE
           WHEN batch.status IS NULL THEN submission.status <> 'received' OR files.pending < files.files
           WHEN batch.status = 'ended' THEN submission.status NOT IN ('published', 'failed') OR files.pending > 0
           WHEN submission.status IN ('published', 'failed') THEN files.pending > 0
           ELSE files.pending < files.files
       END
 ORDER BY submission.submission_id
