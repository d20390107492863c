-- Which landing objects are still needed: their file waits for a batch, is in one that has not
-- ended, is in one that ended so recently that its verdict may be taken back, or is of an upload
-- that is open.
SELECT submission_file.sha256
  FROM submission_file
  JOIN submission USING (submission_id)
  JOIN receipt USING (receipt_no)
  LEFT JOIN batch USING (batch_no)
 WHERE submission_file.sha256 = ANY(%(sha256s)s::text[])
   AND (submission_file.outcome = 'pending'
        OR batch.ended_at IS NULL
        OR batch.ended_at > now() - %(undo_days)s * interval '1 day')
UNION
SELECT upload_file.sha256
  FROM upload_file
  JOIN upload USING (upload_id)
 WHERE upload_file.sha256 = ANY(%(sha256s)s::text[])
   AND upload.answer IS NULL
   AND upload.created_at > now() - interval '1 day'
