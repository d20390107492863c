-- Only propose a label that, of the files not undone, near duplicates alone still bring.
UPDATE label_claim
   SET value = 'proposed'
 WHERE image_id = %(image_id)s
   AND label_id = %(label_id)s
   AND value = 'positive'
   AND source = 'supplier'
   AND NOT is_verified
   AND NOT EXISTS (
       SELECT
         FROM submission_file
         JOIN submission USING (submission_id)
         JOIN label USING (label_id)
        WHERE %(image_id)s IN (submission_file.image_id, submission_file.duplicate_of)
          AND coalesce(label.merged_into_id, label.label_id) = %(label_id)s
          AND submission_file.outcome IN ('published', 'duplicate')
          AND submission_file.relation IS DISTINCT FROM 'near'
          AND NOT submission_file.is_undone)
