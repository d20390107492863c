-- Pictures that a file supports with its label, and that carry no claim of it, of whatever value.
SELECT DISTINCT image.image_id, label_name.name AS label
  FROM submission_file
  JOIN submission USING (submission_id)
  JOIN label USING (label_id)
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
