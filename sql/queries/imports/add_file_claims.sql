-- Keep what an import says of files beside the labels that they were submitted under.
INSERT INTO file_claim (file_id, label_id, value, is_verified)
SELECT submission_file.file_id, said.label_id, said.value, said.is_verified
  FROM unnest(%(submission_id)s::bigint[], %(path)s::text[], %(label_id)s::bigint[],
              %(value)s::text[], %(is_verified)s::bool[])
       AS said (submission_id, path, label_id, value, is_verified)
  JOIN submission_file USING (submission_id, path)
