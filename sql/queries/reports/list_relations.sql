-- Some of the related pairs of which the later picture is of a batch, of every relation: of each
-- earlier picture one before a second, and the pairs that differ most first.
--   most  of each relation at most so many
WITH related AS (
    SELECT image_relation.*,
           row_number() OVER (PARTITION BY image_relation.relation, image_relation.related_to
                              ORDER BY image_relation.look_distance DESC NULLS LAST,
                                       image_relation.distance DESC NULLS LAST,
                                       image_relation.image_id) AS turn
      FROM image
      JOIN image_relation USING (image_id)
     WHERE image.batch_no = %(batch_no)s
), numbered AS (
    SELECT related.*,
           row_number() OVER (PARTITION BY relation
                              ORDER BY turn,
                                       look_distance DESC NULLS LAST,
                                       distance DESC NULLS LAST,
                                       image_id,
                                       related_to) AS number
      FROM related
)
SELECT image_id, related_to, relation, distance, look_distance, rule_version
  FROM numbered
 WHERE number <= %(most)s
 ORDER BY relation, number
