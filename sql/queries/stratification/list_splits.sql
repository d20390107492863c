-- How all published pictures fall into the splits.
--   squares  the sum over groups of the square of how many pictures each has
WITH per_group AS (
    SELECT split, group_id, count(*) AS images
      FROM image
     WHERE status = 'published'
     GROUP BY split, group_id
)
SELECT NULL AS label,
       split,
       sum(images)::bigint AS images,
       count(*) AS groups,
       sum(images * images)::bigint AS squares
  FROM per_group
 GROUP BY split
 ORDER BY split
