-- not explained: it changes the schema
DROP TABLE IF EXISTS pg_temp.pick
