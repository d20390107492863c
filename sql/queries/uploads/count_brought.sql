-- What a user has brought and not submitted.
--   files  of one upload, but for one path of it
SELECT count(DISTINCT upload.upload_id) AS uploads,
       coalesce(sum(upload_file.size_bytes), 0)::bigint AS bytes,
       count(*) FILTER (WHERE upload_file.upload_id = %(upload_id)s
                          AND upload_file.path <> %(path)s) AS files
  FROM upload
  LEFT JOIN upload_file USING (upload_id)
 WHERE upload.user_id = %(user_id)s
   AND upload.answer IS NULL
   AND upload.created_at > now() - interval '1 day'
