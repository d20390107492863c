-- Dispute what is said of a picture by a label.
UPDATE label_claim
   SET is_disputed = true
 WHERE image_id = %(image_id)s
   AND label_id = %(label_id)s
