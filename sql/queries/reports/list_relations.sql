-- Some of the related pairs of which the later picture is of a batch, of every relation: the pairs
-- that differ most come first.
--   most  of each relation at most so many
WITH numbered AS (
    SELECT image_relation.*,
           row_number() OVER (PARTITION BY image_relation.relation
                              ORDER BY image_relation.look_distance DESC NULLS LAST,
                                       image_relation.distance DESC NULLS LAST,
                                       image_relation.image_id,
                                       image_relation.related_to) AS number
      FROM image
      JOIN image_relation USING (image_id)
     WHERE image.batch_no = %(batch_no)s
)
SELECT image_id, related_to, relation, distance, look_distance, rule_version
  FROM numbered
 WHERE number <= %(most)s
 ORDER BY relation, number
