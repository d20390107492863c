-- The newest subset of that name, or of that root.
--   reference  the name of a subset, or the root of its manifest
--   viewer     only what this user made or was given to see; NULL: any
SELECT subset_id, name, root, images, bytes, created_by, created_at, note, updated_from_id,
       lock_toml
  FROM subset
 WHERE (name = %(reference)s OR root = %(reference)s)
   AND (%(viewer)s::text IS NULL
        OR created_by = %(viewer)s
        OR EXISTS (SELECT
                     FROM subset_share
                     JOIN hub_user USING (user_id)
                    WHERE subset_share.subset_id = subset.subset_id
                      AND hub_user.name = %(viewer)s))
 ORDER BY subset_id DESC
 LIMIT 1
