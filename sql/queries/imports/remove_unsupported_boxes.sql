-- Take back the boxes of a picture, on some labels, that none of its files, not undone, brings.
DELETE FROM label_box
 WHERE image_id = %(image_id)s
   AND label_id = ANY(%(label_ids)s::bigint[])
   AND NOT EXISTS (
           SELECT
             FROM submission_file
             JOIN file_box USING (file_id)
             JOIN label ON label.label_id = file_box.label_id
            WHERE %(image_id)s IN (submission_file.image_id, submission_file.duplicate_of)
              AND submission_file.relation IS DISTINCT FROM 'near'
              AND NOT submission_file.is_undone
              AND coalesce(label.merged_into_id, label.label_id) = label_box.label_id
              AND (file_box.x_min, file_box.x_max, file_box.y_min, file_box.y_max,
                   file_box.is_group_of)
                = (label_box.x_min, label_box.x_max, label_box.y_min, label_box.y_max,
                   label_box.is_group_of))
