-- Keep which bytes lie under a path of an upload; what was found of other bytes is forgotten.
INSERT INTO upload_file (upload_id, path, sha256, size_bytes)
VALUES (%(upload_id)s, %(path)s, %(sha256)s, %(size_bytes)s)
ON CONFLICT (upload_id, path) DO UPDATE
   SET sha256 = excluded.sha256,
       size_bytes = excluded.size_bytes,
       checked = CASE WHEN upload_file.sha256 = excluded.sha256 THEN upload_file.checked END
