-- Claims from suppliers behind which no file stands: none with that label, or only undone ones;
-- and claims from imports of which no file's import says the same.
SELECT label_claim.image_id, label_name.name AS label
  FROM label_claim
  JOIN label_name ON label_name.label_id = label_claim.label_id AND NOT label_name.is_alias
 WHERE CASE label_claim.source
       WHEN 'supplier' THEN
           label_claim.value IN ('positive', 'proposed')
           AND NOT EXISTS (
                   SELECT
                     FROM submission_file
                     JOIN submission USING (submission_id)
                     JOIN label USING (label_id)
                    WHERE (submission_file.image_id = label_claim.image_id
                           OR submission_file.duplicate_of = label_claim.image_id)
                      AND NOT submission_file.is_undone
                      AND coalesce(label.merged_into_id, label.label_id) = label_claim.label_id)
       WHEN 'import' THEN
           NOT EXISTS (
                   SELECT
                     FROM submission_file
                     JOIN file_claim USING (file_id)
                     JOIN label ON label.label_id = file_claim.label_id
                    WHERE (submission_file.image_id = label_claim.image_id
                           OR submission_file.duplicate_of = label_claim.image_id)
                      AND NOT submission_file.is_undone
                      AND coalesce(label.merged_into_id, label.label_id) = label_claim.label_id
                      AND file_claim.is_verified >= label_claim.is_verified
                      AND (file_claim.value = label_claim.value
                           OR label_claim.value = 'proposed'))
       ELSE false END
 ORDER BY label_claim.image_id, label_claim.label_id
