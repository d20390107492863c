-- How much Postgres holds of what the lake holds too, of batches that have ended, and what is to come.
SELECT (SELECT count(*) FROM batch WHERE status = 'ended') AS batches,
       count(*) FILTER (WHERE batch.status = 'ended') AS files,
       count(*) FILTER (WHERE batch.status = 'ended' AND outcome = 'duplicate') AS duplicates,
       (SELECT count(*) FROM image JOIN batch USING (batch_no) WHERE batch.status = 'ended') AS pictures,
       (SELECT count(*)
          FROM image_relation
          JOIN image USING (image_id)
          JOIN batch USING (batch_no)
         WHERE batch.status = 'ended') AS related,
       count(*) FILTER (WHERE batch.status IS DISTINCT FROM 'ended') AS pending
  FROM submission_file
  JOIN submission USING (submission_id)
  JOIN receipt USING (receipt_no)
  LEFT JOIN batch USING (batch_no)
