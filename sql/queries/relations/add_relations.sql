-- Say which published pictures are related; a pair that is there stays as it is.
INSERT INTO image_relation (image_id, related_to, relation, distance, look_distance, rule_version)
SELECT image_id, related_to, relation, distance, look_distance, rule_version
  FROM unnest(%(image_id)s::text[], %(related_to)s::text[], %(relation)s::text[],
              %(distance)s::int[], %(look_distance)s::float[], %(rule_version)s::int[])
       AS found (image_id, related_to, relation, distance, look_distance, rule_version)
ON CONFLICT (image_id, related_to) DO NOTHING
