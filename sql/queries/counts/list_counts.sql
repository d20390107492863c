-- The counts of every label, as they are kept.
SELECT label_id, own, verified, rollup, undisputed, rollup_verified
  FROM label_count
 ORDER BY label_id
