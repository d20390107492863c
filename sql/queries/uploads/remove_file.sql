-- Forget one file of an upload.
DELETE FROM upload_file
 WHERE upload_id = %(upload_id)s
   AND path = %(path)s
