-- Receive a file once more, to be set apart from the picture that it was taken for.
INSERT INTO submission_file (submission_id, path, sha256, size_bytes, licence, author, source,
                             lon, lat, taken_at, apart_from_file_id)
SELECT %(submission_id)s, path, sha256, size_bytes, licence, author, source,
       lon, lat, taken_at, file_id
  FROM submission_file
 WHERE file_id = %(file_id)s
