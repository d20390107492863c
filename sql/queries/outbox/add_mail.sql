-- Keep a mail to send; what was told already is not told again.
INSERT INTO outbox (mail_key, recipient, subject, body)
VALUES (%(mail_key)s, %(recipient)s, %(subject)s, %(body)s)
ON CONFLICT (mail_key) DO NOTHING
