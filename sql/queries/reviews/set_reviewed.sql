-- Let a review decide what is said of a picture by a label.
UPDATE label_claim
   SET value = %(value)s, source = 'review', is_verified = true, is_disputed = false
 WHERE image_id = %(image_id)s
   AND label_id = %(label_id)s
