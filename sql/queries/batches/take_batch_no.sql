-- Take the next batch number; the hub's row stays locked until the transaction ends.
UPDATE hub
   SET last_batch_no = last_batch_no + 1
RETURNING hub_id::text AS hub_id, last_batch_no AS batch_no
