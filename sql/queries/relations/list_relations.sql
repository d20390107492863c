-- Pairs of published pictures that are related, those of the newest pictures first.
--   most             at most so many; NULL: all
--   relation, image  only those of that relation, and with a picture whose id begins so; NULL: all
SELECT image_relation.image_id,
       image_relation.related_to,
       image_relation.relation,
       image_relation.distance,
       image_relation.look_distance,
       image_relation.rule_version,
       later.group_id,
       later.split,
       earlier.group_id AS related_group_id,
       earlier.split AS related_split,
       later_file.path,
       earlier_file.path AS related_path
  FROM image_relation
  JOIN image AS later USING (image_id)
  JOIN image AS earlier ON earlier.image_id = image_relation.related_to
  JOIN submission_file AS later_file ON later_file.file_id = later.file_id
  JOIN submission_file AS earlier_file ON earlier_file.file_id = earlier.file_id
 WHERE later.status = 'published'
   AND earlier.status = 'published'
   AND (%(relation)s::text IS NULL OR image_relation.relation = %(relation)s)
   AND (%(image)s::text IS NULL
        OR starts_with(image_relation.image_id, %(image)s)
        OR starts_with(image_relation.related_to, %(image)s))
 ORDER BY later.file_id DESC, image_relation.related_to
 LIMIT %(most)s
