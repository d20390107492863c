-- The same, once nobody else has it, and kept from others to the end of the transaction.
SELECT upload_id, answer
  FROM upload
 WHERE upload_id = %(upload_id)s
   AND user_id = %(user_id)s
   AND (answer IS NOT NULL OR created_at > now() - interval '1 day')
   FOR UPDATE
