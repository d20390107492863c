-- The files of a batch, equal bytes side by side, so that each picture is decoded once.
--   label_key  of the label as submitted: it never changes, so the order of receipt does not
--   is_apart   to be compared by its bytes alone: someone took back that these bytes show a
--              picture of the hub, be it of this file's own submission or of an earlier one
SELECT submission_file.file_id,
       submission.receipt_no,
       submission.submission_id,
       label.label_key,
       submission_file.path,
       submission_file.sha256,
       submission_file.licence,
       submission_file.author,
       submission_file.source,
       receipt.supplier_id,
       submission_file.taken_at,
       submission_file.apart_from_file_id IS NOT NULL
           OR EXISTS (SELECT
                        FROM submission_file AS undone
                       WHERE undone.sha256 = submission_file.sha256
                         AND undone.is_undone
                         AND undone.relation <> 'bytes') AS is_apart
  FROM receipt
  JOIN submission USING (receipt_no)
  JOIN submission_file USING (submission_id)
  JOIN label USING (label_id)
 WHERE receipt.batch_no = %(batch_no)s
 ORDER BY submission_file.sha256, submission_file.file_id
