-- Take a file's verdict back; a second time changes nothing.
UPDATE submission_file
   SET is_undone = true
 WHERE file_id = %(file_id)s
   AND outcome = 'duplicate'
   AND NOT is_undone
