-- Forget the files of an upload: a receipt has them now.
DELETE FROM upload_file
 WHERE upload_id = %(upload_id)s
