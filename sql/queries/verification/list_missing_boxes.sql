-- Pictures of which a file brings a box that they do not carry.
SELECT DISTINCT image.image_id, label_name.name AS label
  FROM file_box
  JOIN submission_file USING (file_id)
  JOIN label ON label.label_id = file_box.label_id
  JOIN image ON image.image_id = coalesce(submission_file.image_id, submission_file.duplicate_of)
  JOIN label_name ON label_name.label_id = coalesce(label.merged_into_id, label.label_id)
                 AND NOT label_name.is_alias
 WHERE submission_file.relation IS DISTINCT FROM 'near'
   AND NOT submission_file.is_undone
   AND NOT EXISTS (
           SELECT
             FROM label_box
            WHERE label_box.image_id = image.image_id
              AND label_box.label_id = label_name.label_id
              AND (file_box.x_min, file_box.x_max, file_box.y_min, file_box.y_max,
                   file_box.is_group_of)
                = (label_box.x_min, label_box.x_max, label_box.y_min, label_box.y_max,
                   label_box.is_group_of))
 ORDER BY image.image_id, label
