-- Let names that look alike be given one after the other, until the transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended(look_of(%(name)s), 0))
