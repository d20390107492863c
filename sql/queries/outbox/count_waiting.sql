-- Mails that are still to be sent.
--   most  as often as a mail is tried
SELECT count(*) AS mails
  FROM outbox
 WHERE sent_at IS NULL
   AND attempts < %(most)s
