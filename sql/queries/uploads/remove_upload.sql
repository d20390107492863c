-- Forget an upload that was not submitted, with its files.
DELETE FROM upload
 WHERE upload_id = %(upload_id)s
   AND answer IS NULL
