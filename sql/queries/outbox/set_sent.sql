-- Keep that a mail was sent; what it said may have opened an account, and is forgotten.
UPDATE outbox
   SET sent_at = now(), attempts = attempts + 1, error = NULL, body = ''
 WHERE mail_id = %(mail_id)s
