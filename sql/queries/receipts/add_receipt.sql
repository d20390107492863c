-- Take the next number of the hub for a supplier's receipt.
WITH taken AS (
    UPDATE hub
       SET last_receipt_no = last_receipt_no + 1
    RETURNING last_receipt_no
)
INSERT INTO receipt (receipt_no, supplier_id, file_count)
SELECT last_receipt_no, %(supplier_id)s, %(file_count)s
  FROM taken
RETURNING receipt_no
