-- What some pictures add to the counts of each label, as the catalogue stands now.
--   image_ids  the pictures themselves
--   label_ids  and every picture claimed to show one of these labels; given as values, so that
--              the planner knows how many pictures they have
WITH touched AS (
    SELECT unnest(%(image_ids)s::text[]) AS image_id
     UNION
    SELECT image_id
      FROM label_claim
     WHERE value = 'positive'
       AND label_id = ANY (%(label_ids)s::bigint[])
), claimed AS (
    SELECT image_id, label_claim.label_id, is_verified, is_disputed
      FROM touched
      JOIN image USING (image_id)
      JOIN label_claim USING (image_id)
     WHERE image.status = 'published'
       AND label_claim.value = 'positive'
), per_picture AS (
    SELECT label_closure.ancestor_id AS label_id,
           bool_or(claimed.label_id = label_closure.ancestor_id) AS is_own,
           bool_or(claimed.label_id = label_closure.ancestor_id AND is_verified) AS is_own_verified,
           bool_or(NOT is_disputed) AS is_undisputed,
           bool_or(is_verified) AS is_verified
      FROM claimed
      JOIN label_closure ON label_closure.descendant_id = claimed.label_id
     GROUP BY label_closure.ancestor_id, claimed.image_id
)
SELECT label_id,
       count(*) FILTER (WHERE is_own) AS own,
       count(*) FILTER (WHERE is_own_verified) AS verified,
       count(*) AS rollup,
       count(*) FILTER (WHERE is_undisputed) AS undisputed,
       count(*) FILTER (WHERE is_verified) AS rollup_verified
  FROM per_picture
 GROUP BY label_id
