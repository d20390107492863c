-- Which of these bytes the supplier has submitted under these labels before, and first in which
-- submission. A label is the one it was merged into, whichever of the two was submitted to.
-- A file set apart by an undo may come again: its own bytes may be gone, and are published now.
SELECT asked.label_id,
       submission_file.sha256,
       min(submission.submission_id) AS submission_id
  FROM label AS asked
  JOIN label AS same
    ON coalesce(same.merged_into_id, same.label_id)
     = coalesce(asked.merged_into_id, asked.label_id)
  JOIN submission ON submission.label_id = same.label_id
  JOIN receipt USING (receipt_no)
  JOIN submission_file USING (submission_id)
 WHERE asked.label_id = ANY(%(label_ids)s::bigint[])
   AND receipt.supplier_id = %(supplier_id)s
   AND submission_file.sha256 = ANY(%(sha256s)s::text[])
   AND NOT (submission_file.is_undone AND submission_file.relation <> 'bytes')
 GROUP BY asked.label_id, submission_file.sha256
