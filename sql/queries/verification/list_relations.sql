-- What Postgres says of the related pictures of some batches, as the lake's images_related would.
SELECT image_relation.image_id || ' and ' || image_relation.related_to AS pair,
       image.batch_no,
       image_relation.relation,
       image_relation.distance,
       image_relation.look_distance::float,
       image_relation.rule_version
  FROM image
  JOIN image_relation USING (image_id)
 WHERE image.batch_no = ANY(%(batches)s)
