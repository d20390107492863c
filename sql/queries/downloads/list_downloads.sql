-- A user's newest downloads, with how much of each was sent, and what they know its subset as.
SELECT download.root, download.size_bytes, download.started_at, download.completed_at,
       (SELECT coalesce(sum(upper(span) - lower(span)), 0)::bigint
          FROM unnest(download.sent) AS span) AS sent_bytes,
       (SELECT max(subset.name)
          FROM subset
         WHERE subset.root = download.root
           AND (subset.created_by = hub_user.name
                OR EXISTS (SELECT 1
                             FROM subset_share
                            WHERE subset_share.subset_id = subset.subset_id
                              AND subset_share.user_id = hub_user.user_id))) AS name
  FROM download
  JOIN hub_user USING (user_id)
 WHERE download.user_id = %(user_id)s
 ORDER BY download.download_id DESC
 LIMIT %(most)s
