-- Keep where an import sees labels in files.
INSERT INTO file_box (file_id, label_id, box_no, x_min, x_max, y_min, y_max, source, is_group_of)
SELECT submission_file.file_id, said.label_id, said.box_no, said.x_min, said.x_max,
       said.y_min, said.y_max, said.source, said.is_group_of
  FROM unnest(%(submission_id)s::bigint[], %(path)s::text[], %(label_id)s::bigint[],
              %(box_no)s::int[], %(x_min)s::float[], %(x_max)s::float[], %(y_min)s::float[],
              %(y_max)s::float[], %(source)s::text[], %(is_group_of)s::bool[])
       AS said (submission_id, path, label_id, box_no, x_min, x_max, y_min, y_max, source,
                is_group_of)
  JOIN submission_file USING (submission_id, path)
