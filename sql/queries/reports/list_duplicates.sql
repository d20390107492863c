-- Some of the duplicates of a batch, of every relation: of each picture one before a second, and
-- the pairs that differ most first.
--   most  of each relation at most so many
WITH repeated AS (
    SELECT submission_file.file_id,
           submission_file.duplicate_of AS image_id,
           submission_file.relation,
           submission_file.distance,
           submission_file.look_distance,
           submission_file.rule_version,
           submission_file.is_undone,
           row_number() OVER (PARTITION BY submission_file.relation, submission_file.duplicate_of
                              ORDER BY submission_file.look_distance DESC NULLS LAST,
                                       submission_file.distance DESC NULLS LAST,
                                       submission_file.file_id) AS turn
      FROM receipt
      JOIN submission USING (receipt_no)
      JOIN submission_file USING (submission_id)
     WHERE receipt.batch_no = %(batch_no)s
       AND submission_file.outcome = 'duplicate'
), numbered AS (
    SELECT repeated.*,
           row_number() OVER (PARTITION BY relation
                              ORDER BY turn,
                                       look_distance DESC NULLS LAST,
                                       distance DESC NULLS LAST,
                                       file_id) AS number
      FROM repeated
)
SELECT file_id, image_id, relation, distance, look_distance, rule_version, is_undone
  FROM numbered
 WHERE number <= %(most)s
 ORDER BY relation, number
