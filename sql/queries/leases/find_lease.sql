-- Who holds a lease; `stale` when its heartbeat is older than the term allows.
SELECT token::text AS token, holder, host, pid, since,
       heartbeat_at < now() - %(term_seconds)s * interval '1 second' AS stale
  FROM lease
 WHERE name = %(name)s
