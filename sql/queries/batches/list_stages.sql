-- The stages of a batch that have ended, with their reports.
SELECT stage, rows_in, rows_out, extract(epoch FROM ended_at - started_at)::float AS seconds
  FROM batch_stage
 WHERE batch_no = %(batch_no)s
 ORDER BY ended_at
