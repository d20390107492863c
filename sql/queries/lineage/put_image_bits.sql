INSERT INTO training_image (training_id, chunk_no, bits)
VALUES (%(training_id)s, %(chunk_no)s, %(bits)s::bit(32000))
ON CONFLICT (training_id, chunk_no) DO UPDATE SET bits = excluded.bits
