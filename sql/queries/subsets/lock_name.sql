-- Wait for the turn of a user's name of a subset, and hold it beyond the transaction.
SELECT pg_advisory_lock(hashtextextended('subset ' || %(by)s::text || ' ' || %(name)s::text, 0))
