-- Open the submission of one label in a receipt.
INSERT INTO submission (receipt_no, label_id)
VALUES (%(receipt_no)s, %(label_id)s)
RETURNING submission_id
