-- Record who decided what of which thing.
INSERT INTO decision (decided_by, action, subject, detail)
VALUES (%(decided_by)s, %(action)s, %(subject)s, %(detail)s)
