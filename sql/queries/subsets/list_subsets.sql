-- Subsets, the newest first.
--   viewer  only those that this user made or was given to see; NULL: all
--   name    only those of this name: a subset's history; NULL: all
--   root    only those of this root: all names of the same pictures; NULL: all
--   before  only older ones than this; NULL: from the newest on
--   most    at most so many; NULL: all
SELECT subset_id, name, root, images, bytes, created_by, created_at, note, updated_from_id
  FROM subset
 WHERE (%(viewer)s::text IS NULL
        OR created_by = %(viewer)s
        OR EXISTS (SELECT
                     FROM subset_share
                     JOIN hub_user USING (user_id)
                    WHERE subset_share.subset_id = subset.subset_id
                      AND hub_user.name = %(viewer)s))
   AND (%(name)s::text IS NULL OR name = %(name)s)
   AND (%(root)s::text IS NULL OR root = %(root)s)
   AND (%(before)s::bigint IS NULL OR subset_id < %(before)s)
 ORDER BY subset_id DESC
 LIMIT %(most)s
