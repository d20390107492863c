-- Put named places in the catalogue that it does not have yet.
INSERT INTO place (country, city, neighbourhood)
SELECT DISTINCT country, city, neighbourhood
  FROM unnest(%(country)s::text[], %(city)s::text[], %(neighbourhood)s::text[])
       AS named (country, city, neighbourhood)
 WHERE city IS NOT NULL
ON CONFLICT (country, city, neighbourhood) DO NOTHING
