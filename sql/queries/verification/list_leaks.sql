-- Related pictures that stand in two splits, neither of which is `none`.
SELECT image_relation.image_id || ' and ' || image_relation.related_to AS pair,
       image_relation.relation,
       later.split,
       earlier.split AS related_split
  FROM image_relation
  JOIN image AS later USING (image_id)
  JOIN image AS earlier ON earlier.image_id = image_relation.related_to
 WHERE later.split <> earlier.split
   AND 'none' NOT IN (later.split, earlier.split)
 ORDER BY pair
