-- The labels, as they stand today, of which an import says anything of a file.
SELECT DISTINCT coalesce(label.merged_into_id, label.label_id) AS label_id
  FROM (SELECT label_id FROM file_claim WHERE file_id = %(file_id)s
         UNION
        SELECT label_id FROM file_box WHERE file_id = %(file_id)s) AS said
  JOIN label USING (label_id)
 ORDER BY label_id
