-- Turn the labels of a batch's files into claims on the pictures that they are, or repeat.
-- A near duplicate only proposes its label. A verified negative is stronger than a supplier.
INSERT INTO label_claim (image_id, label_id, value, source)
SELECT coalesce(submission_file.image_id, submission_file.duplicate_of),
       coalesce(label.merged_into_id, label.label_id),
       CASE WHEN bool_and(submission_file.relation IS NOT DISTINCT FROM 'near')
            THEN 'proposed' ELSE 'positive' END,
       'supplier'
  FROM receipt
  JOIN submission USING (receipt_no)
  JOIN submission_file USING (submission_id)
  JOIN label USING (label_id)
 WHERE receipt.batch_no = %(batch_no)s
   AND submission_file.outcome IN ('published', 'duplicate')
   AND NOT submission_file.is_undone
 GROUP BY 1, 2
ON CONFLICT (image_id, label_id) DO UPDATE
   SET value = excluded.value
 WHERE label_claim.value = 'proposed'
   AND excluded.value = 'positive'
