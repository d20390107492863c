-- Close an upload: what its submission was answered.
UPDATE upload
   SET answer = %(answer)s,
       receipt_no = %(receipt_no)s
 WHERE upload_id = %(upload_id)s
