-- Subsets, the newest first.
--   most  at most so many; NULL: all
SELECT name, root, images, bytes, created_by, created_at
  FROM subset
 ORDER BY subset_id DESC
 LIMIT %(most)s
