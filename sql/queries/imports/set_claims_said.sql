-- Let the claims of imports on a picture say what its files, not undone, still say; where no
-- import says anything any more, they are the suppliers'.
WITH said AS (
    SELECT coalesce(label.merged_into_id, label.label_id) AS label_id,
           bool_or(value = 'positive') AS is_positive,
           bool_or(value = 'positive' AND is_verified) AS is_confirmed,
           bool_or(value = 'negative') AS is_denied
      FROM submission_file
      JOIN file_claim USING (file_id)
      JOIN label ON label.label_id = file_claim.label_id
     WHERE %(image_id)s IN (submission_file.image_id, submission_file.duplicate_of)
       AND submission_file.outcome IN ('published', 'duplicate')
       AND submission_file.relation IS DISTINCT FROM 'near'
       AND NOT submission_file.is_undone
     GROUP BY 1
)
UPDATE label_claim
   SET value = CASE WHEN said.is_denied AND NOT said.is_confirmed THEN 'negative'
                    ELSE 'positive' END,
       source = CASE WHEN said.label_id IS NULL THEN 'supplier' ELSE 'import' END,
       is_verified = coalesce(said.is_confirmed OR said.is_denied, false),
       is_disputed = coalesce(said.is_confirmed AND said.is_denied, false)
  FROM unnest(%(label_ids)s::bigint[]) AS touched (label_id)
  LEFT JOIN said USING (label_id)
 WHERE label_claim.image_id = %(image_id)s
   AND label_claim.label_id = touched.label_id
   AND label_claim.source = 'import'
