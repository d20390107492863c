-- Say the same of the file that came to be by undoing the verdict on this one.
INSERT INTO file_claim (file_id, label_id, value, is_verified)
SELECT apart.file_id, label_id, value, is_verified
  FROM file_claim
  JOIN submission_file AS apart ON apart.apart_from_file_id = file_claim.file_id
 WHERE file_claim.file_id = %(file_id)s
