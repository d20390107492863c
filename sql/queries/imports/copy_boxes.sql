-- See the same in the file that came to be by undoing the verdict on this one.
INSERT INTO file_box (file_id, label_id, box_no, x_min, x_max, y_min, y_max, source, is_group_of)
SELECT apart.file_id, label_id, box_no, x_min, x_max, y_min, y_max, file_box.source, is_group_of
  FROM file_box
  JOIN submission_file AS apart ON apart.apart_from_file_id = file_box.file_id
 WHERE file_box.file_id = %(file_id)s
