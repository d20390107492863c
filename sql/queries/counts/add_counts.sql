-- Add differences, which may be negative, to the counts of some labels.
UPDATE label_count
   SET own = label_count.own + change.own,
       verified = label_count.verified + change.verified,
       rollup = label_count.rollup + change.rollup,
       undisputed = label_count.undisputed + change.undisputed,
       rollup_verified = label_count.rollup_verified + change.rollup_verified
  FROM unnest(
           %(label_ids)s::bigint[], %(own)s::bigint[], %(verified)s::bigint[],
           %(rollup)s::bigint[], %(undisputed)s::bigint[], %(rollup_verified)s::bigint[]
       ) AS change (label_id, own, verified, rollup, undisputed, rollup_verified)
 WHERE label_count.label_id = change.label_id
