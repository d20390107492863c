-- The MIDs the catalogue has had, with the label that stands for each today.
SELECT mid, coalesce(merged_into_id, label_id) AS label_id
  FROM label
 WHERE mid IS NOT NULL
