-- Who holds a lease, kept so until the transaction ends; heartbeats go on meanwhile.
SELECT token::text AS token, holder, host, pid, since, false AS stale
  FROM lease
 WHERE name = %(name)s
   FOR KEY SHARE
