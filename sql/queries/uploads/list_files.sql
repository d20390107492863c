-- The files of an upload, and what was found of those that were checked.
SELECT path, sha256, size_bytes, checked
  FROM upload_file
 WHERE upload_id = %(upload_id)s
 ORDER BY path
