-- The next mail that is due and that nobody else is sending; it is held until the transaction ends.
-- What failed is tried again after 1, 3, 7, 15 ... minutes.
--   after  only those behind this one
--   most   as often as a mail is tried
SELECT mail_id, mail_key, recipient, subject, body, created_at
  FROM outbox
 WHERE sent_at IS NULL
   AND mail_id > %(after)s
   AND attempts < %(most)s
   AND now() >= created_at + (2 ^ attempts - 1) * interval '1 minute'
 ORDER BY mail_id
 LIMIT 1
   FOR UPDATE SKIP LOCKED
