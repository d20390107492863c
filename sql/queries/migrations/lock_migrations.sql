-- Held until the transaction ends: one process at a time changes the schema.
SELECT pg_advisory_xact_lock(hashtextextended('deep-images-hub/migrations', 0))
