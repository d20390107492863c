-- Claims on labels that another stands for: a merge moves them all, so there should be none.
SELECT label.label_key, count(*) AS claim_count
  FROM label_claim
  JOIN label USING (label_id)
 WHERE label.merged_into_id IS NOT NULL
 GROUP BY label.label_key
 ORDER BY label.label_key
