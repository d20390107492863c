-- The pairs of published pictures that are related and of which the later one is of a batch.
SELECT image_relation.relation, count(*) AS pairs
  FROM image
  JOIN image_relation USING (image_id)
 WHERE image.batch_no = %(batch_no)s
 GROUP BY image_relation.relation
 ORDER BY pairs DESC, image_relation.relation
