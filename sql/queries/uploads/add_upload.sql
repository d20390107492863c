-- Open an upload.
INSERT INTO upload (upload_id, user_id)
VALUES (%(upload_id)s, %(user_id)s)
RETURNING upload_id, created_at + interval '1 day' AS expires_at
