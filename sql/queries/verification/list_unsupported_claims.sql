-- Claims from suppliers behind which no file stands: none with that label, or only undone ones.
SELECT label_claim.image_id, label_name.name AS label
  FROM label_claim
  JOIN label_name ON label_name.label_id = label_claim.label_id AND NOT label_name.is_alias
 WHERE label_claim.source = 'supplier'
   AND label_claim.value IN ('positive', 'proposed')
   AND NOT EXISTS (
           SELECT
             FROM submission_file
             JOIN submission USING (submission_id)
             JOIN label USING (label_id)
            WHERE (submission_file.image_id = label_claim.image_id
                   OR submission_file.duplicate_of = label_claim.image_id)
              AND NOT submission_file.is_undone
              AND coalesce(label.merged_into_id, label.label_id) = label_claim.label_id)
 ORDER BY label_claim.image_id, label_claim.label_id
