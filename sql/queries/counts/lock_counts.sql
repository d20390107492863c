-- Wait for, and hold until the transaction ends, the one lock of all that moves counts.
-- The number only has to be the same everywhere: it spells "counts".
SELECT pg_advisory_xact_lock(x'636f756e7473'::bigint)
