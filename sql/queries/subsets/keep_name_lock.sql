-- Hold the turn of a user's name until this transaction ends, and no longer than that.
WITH held AS MATERIALIZED (
    SELECT hashtextextended('subset ' || %(by)s::text || ' ' || %(name)s::text, 0) AS turn,
           pg_advisory_xact_lock(
               hashtextextended('subset ' || %(by)s::text || ' ' || %(name)s::text, 0))
)
SELECT pg_advisory_unlock(turn) FROM held
