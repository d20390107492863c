-- Open reports of published pictures, the oldest first, those of one thing together.
--   after_id  the first report of the last thing of the page before, or 0
--   most      at most so many things
SELECT min(report.report_id) AS report_id, report.image_id, standing.label_key AS key,
       label_name.name, array_agg(report.reason ORDER BY report.report_id) AS reasons,
       array_agg(report.note ORDER BY report.report_id) AS notes,
       array_agg(hub_user.name ORDER BY report.report_id) AS reported_by
  FROM report
  JOIN image USING (image_id)
  JOIN hub_user ON hub_user.user_id = report.reported_by_id
  LEFT JOIN label ON label.label_id = report.label_id
  LEFT JOIN label AS standing
         ON standing.label_id = coalesce(label.merged_into_id, label.label_id)
  LEFT JOIN label_name ON label_name.label_id = standing.label_id AND NOT label_name.is_alias
 WHERE report.resolved_at IS NULL
   AND image.status = 'published'
 GROUP BY report.image_id, standing.label_key, label_name.name
HAVING min(report.report_id) > %(after_id)s
 ORDER BY min(report.report_id)
 LIMIT %(most)s
