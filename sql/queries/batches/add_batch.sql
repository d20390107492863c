-- Begin the next batch; the hub's row stays locked until the transaction ends.
WITH taken AS (
    UPDATE hub
       SET last_batch_no = last_batch_no + 1
    RETURNING last_batch_no
)
INSERT INTO batch (batch_no, file_count)
SELECT last_batch_no, %(file_count)s
  FROM taken
RETURNING batch_no, batch_key, file_count
