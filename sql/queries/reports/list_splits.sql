-- How the pictures that a batch published fall into the splits.
SELECT split, count(*) AS images, count(DISTINCT group_id) AS groups
  FROM image
 WHERE batch_no = %(batch_no)s
   AND status = 'published'
 GROUP BY split
 ORDER BY split
