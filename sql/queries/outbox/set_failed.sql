-- Keep why a mail was not sent.
UPDATE outbox
   SET attempts = attempts + 1, error = %(error)s
 WHERE mail_id = %(mail_id)s
