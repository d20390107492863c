-- What a user has reported of a picture and nobody has resolved.
SELECT standing.label_key AS key
  FROM report
  LEFT JOIN label USING (label_id)
  LEFT JOIN label AS standing
         ON standing.label_id = coalesce(label.merged_into_id, label.label_id)
 WHERE report.image_id = %(image_id)s
   AND report.reported_by_id = %(reported_by_id)s
   AND report.resolved_at IS NULL
