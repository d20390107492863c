-- not explained: it is no query
REFRESH MATERIALIZED VIEW CONCURRENTLY hub_count
