-- Turn what imports say of a batch's files into claims on the pictures that they are, or repeat.
-- A near duplicate only proposes, and denies nothing. What a review found stands; then a verified
-- positive is stronger than a verified negative, and that than what nobody has verified. Two
-- verified ones that contradict each other are disputed.
WITH said AS (
    SELECT coalesce(submission_file.image_id, submission_file.duplicate_of) AS image_id,
           coalesce(label.merged_into_id, label.label_id) AS label_id,
           bool_or(value = 'positive' AND relation IS DISTINCT FROM 'near') AS is_positive,
           bool_or(value = 'positive' AND is_verified AND relation IS DISTINCT FROM 'near')
               AS is_confirmed,
           bool_or(value = 'negative' AND relation IS DISTINCT FROM 'near') AS is_denied
      FROM receipt
      JOIN submission USING (receipt_no)
      JOIN submission_file USING (submission_id)
      JOIN file_claim USING (file_id)
      JOIN label ON label.label_id = file_claim.label_id
     WHERE receipt.batch_no = %(batch_no)s
       AND submission_file.outcome IN ('published', 'duplicate')
       AND NOT submission_file.is_undone
     GROUP BY 1, 2
    HAVING bool_or(value = 'positive' OR relation IS DISTINCT FROM 'near')
)
INSERT INTO label_claim AS kept
       (image_id, label_id, value, source, is_verified, is_disputed)
SELECT image_id, label_id,
       CASE WHEN is_confirmed THEN 'positive'
            WHEN is_denied THEN 'negative'
            WHEN is_positive THEN 'positive'
            ELSE 'proposed' END,
       'import', is_confirmed OR is_denied, is_confirmed AND is_denied
  FROM said
ON CONFLICT (image_id, label_id) DO UPDATE
   SET (value, source, is_verified) = (
           SELECT value, source, is_verified
             FROM (VALUES (kept.value, kept.source, kept.is_verified, false),
                          (excluded.value, excluded.source, excluded.is_verified, true))
                  AS claim (value, source, is_verified, is_new)
            ORDER BY is_verified AND source = 'review' DESC, is_verified DESC,
                     array_position(ARRAY['positive', 'negative', 'proposed'], value), is_new
            LIMIT 1),
       is_disputed = kept.is_disputed OR excluded.is_disputed
           OR (kept.is_verified AND excluded.is_verified AND kept.value <> excluded.value)
