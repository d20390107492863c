-- Take a lease that is free, or take it over from a holder that is gone.
INSERT INTO lease (name, token, holder, host, pid)
VALUES (%(name)s, %(token)s, %(holder)s, %(host)s, %(pid)s)
ON CONFLICT (name) DO UPDATE
   SET token = excluded.token, holder = excluded.holder, host = excluded.host,
       pid = excluded.pid, since = now(), heartbeat_at = now()
 WHERE lease.token = %(replaced)s
