-- Some of the duplicates of a batch, of every relation: the pairs that differ most come first.
--   most  of each relation at most so many
WITH numbered AS (
    SELECT submission_file.file_id,
           submission_file.duplicate_of,
           submission_file.relation,
           submission_file.distance,
           submission_file.look_distance,
           submission_file.rule_version,
           submission_file.is_undone,
           row_number() OVER (PARTITION BY submission_file.relation
                              ORDER BY submission_file.look_distance DESC NULLS LAST,
                                       submission_file.distance DESC NULLS LAST,
                                       submission_file.file_id) AS number
      FROM receipt
      JOIN submission USING (receipt_no)
      JOIN submission_file USING (submission_id)
     WHERE receipt.batch_no = %(batch_no)s
       AND submission_file.outcome = 'duplicate'
)
SELECT file_id, duplicate_of AS image_id, relation, distance, look_distance, rule_version, is_undone
  FROM numbered
 WHERE number <= %(most)s
 ORDER BY relation, number
