-- not explained: it is no query
REFRESH MATERIALIZED VIEW CONCURRENTLY place_count
