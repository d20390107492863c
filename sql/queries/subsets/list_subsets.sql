-- All subsets, the newest first.
SELECT name, root, images, bytes, created_by, created_at
  FROM subset
 ORDER BY subset_id DESC
