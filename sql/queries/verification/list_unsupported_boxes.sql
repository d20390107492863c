-- Boxes that no file of their picture brings: none at all, near duplicates or undone ones.
SELECT label_box.image_id, label_name.name AS label
  FROM label_box
  JOIN label_name ON label_name.label_id = label_box.label_id AND NOT label_name.is_alias
 WHERE NOT EXISTS (
           SELECT
             FROM submission_file
             JOIN file_box USING (file_id)
             JOIN label ON label.label_id = file_box.label_id
            WHERE (submission_file.image_id = label_box.image_id
                   OR submission_file.duplicate_of = label_box.image_id)
              AND submission_file.relation IS DISTINCT FROM 'near'
              AND NOT submission_file.is_undone
              AND coalesce(label.merged_into_id, label.label_id) = label_box.label_id
              AND (file_box.x_min, file_box.x_max, file_box.y_min, file_box.y_max,
                   file_box.is_group_of)
                = (label_box.x_min, label_box.x_max, label_box.y_min, label_box.y_max,
                   label_box.is_group_of))
 ORDER BY label_box.image_id, label
