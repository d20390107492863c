-- Batches, newest first, with the reports of their stages.
SELECT batch.batch_no,
       batch.status,
       batch.file_count AS files,
       batch.created_at,
       batch.ended_at,
       (SELECT count(*) FROM receipt WHERE receipt.batch_no = batch.batch_no) AS receipts,
       coalesce((SELECT jsonb_agg(jsonb_build_object(
                            'stage', stage, 'rows_in', rows_in, 'rows_out', rows_out,
                            'seconds', extract(epoch FROM ended_at - started_at)::float)
                        ORDER BY ended_at)
                   FROM batch_stage
                  WHERE batch_stage.batch_no = batch.batch_no), '[]') AS stages
  FROM batch
 ORDER BY batch.batch_no DESC
 LIMIT %(most)s
