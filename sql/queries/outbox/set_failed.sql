-- Keep why a mail was not sent; what is given up is forgotten, as what was sent.
--   most  as often as a mail is tried
UPDATE outbox
   SET attempts = attempts + 1,
       error = %(error)s,
       body = CASE WHEN attempts + 1 < %(most)s THEN body ELSE '' END
 WHERE mail_id = %(mail_id)s
