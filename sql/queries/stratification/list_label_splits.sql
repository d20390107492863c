-- How the published pictures that carry each label itself fall into the splits.
--   squares  the sum over groups of the square of how many pictures of the label each has
WITH per_group AS (
    SELECT label_claim.label_id, image.split, image.group_id, count(*) AS images
      FROM label_claim
      JOIN image USING (image_id)
     WHERE label_claim.value = 'positive'
       AND image.status = 'published'
     GROUP BY label_claim.label_id, image.split, image.group_id
)
SELECT label_name.name AS label,
       per_group.split,
       sum(per_group.images)::bigint AS images,
       count(*) AS groups,
       sum(per_group.images * per_group.images)::bigint AS squares
  FROM per_group
  JOIN label_name ON label_name.label_id = per_group.label_id AND NOT label_name.is_alias
 GROUP BY label_name.name, per_group.split
 ORDER BY label_name.name, per_group.split
