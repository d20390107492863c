INSERT INTO batch (batch_no, batch_key, file_count)
VALUES (%(batch_no)s, %(batch_key)s, %(file_count)s)
