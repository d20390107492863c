-- Pictures that a file supports with its label, or of which an import says something, and that
-- carry no claim of it, of whatever value. What a near duplicate denies is not taken over.
WITH said AS (
    SELECT submission_file.file_id, submission.label_id
      FROM submission_file
      JOIN submission USING (submission_id)
     UNION
    SELECT file_claim.file_id, file_claim.label_id
      FROM file_claim
      JOIN submission_file USING (file_id)
     WHERE file_claim.value = 'positive'
        OR submission_file.relation IS DISTINCT FROM 'near'
)
SELECT DISTINCT image.image_id, label_name.name AS label
  FROM said
  JOIN submission_file USING (file_id)
  JOIN label ON label.label_id = said.label_id
  JOIN image ON image.image_id = coalesce(submission_file.image_id, submission_file.duplicate_of)
  JOIN label_name ON label_name.label_id = coalesce(label.merged_into_id, label.label_id)
                 AND NOT label_name.is_alias
 WHERE NOT submission_file.is_undone
   AND NOT EXISTS (
           SELECT
             FROM label_claim
            WHERE label_claim.image_id = image.image_id
              AND label_claim.label_id = label_name.label_id)
 ORDER BY image.image_id, label
