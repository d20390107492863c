-- A report with the key of the label that stands today for the one it is of.
SELECT report_id, image_id, standing.label_key, report.resolution
  FROM report
  LEFT JOIN label USING (label_id)
  LEFT JOIN label AS standing
         ON standing.label_id = coalesce(label.merged_into_id, label.label_id)
 WHERE report_id = %(report_id)s
