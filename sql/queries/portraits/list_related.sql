-- Published pictures that are like one, the likest first.
SELECT other.image_id, pair.relation, pair.distance, pair.look_distance, other.split,
       label_name.name AS label
  FROM (SELECT related_to AS other_id, relation, distance, look_distance
          FROM image_relation
         WHERE image_id = %(image_id)s
         UNION ALL
        SELECT image_id, relation, distance, look_distance
          FROM image_relation
         WHERE related_to = %(image_id)s) AS pair
  JOIN image AS other ON other.image_id = pair.other_id
  JOIN label ON label.label_key = other.label_key
  JOIN label_name ON label_name.label_id = coalesce(label.merged_into_id, label.label_id)
                 AND NOT label_name.is_alias
 WHERE other.status = 'published'
 ORDER BY pair.distance NULLS LAST, pair.look_distance NULLS LAST, other.image_id
 LIMIT %(most)s
