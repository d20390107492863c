-- The newest lock of that name, or of that root.
--   reference  the name of a subset, or the root of its manifest
SELECT lock_toml
  FROM subset
 WHERE name = %(reference)s OR root = %(reference)s
 ORDER BY subset_id DESC
 LIMIT 1
