-- Say what became of files that were still pending.
UPDATE submission_file
   SET outcome = found.outcome, reason = found.reason, image_id = found.image_id,
       duplicate_of = found.duplicate_of, relation = found.relation, distance = found.distance,
       look_distance = found.look_distance, rule_version = found.rule_version
  FROM unnest(%(file_id)s::bigint[], %(outcome)s::text[], %(reason)s::text[], %(image_id)s::text[],
              %(duplicate_of)s::text[], %(relation)s::text[], %(distance)s::int[],
              %(look_distance)s::float[], %(rule_version)s::int[])
       AS found (file_id, outcome, reason, image_id, duplicate_of, relation, distance,
                 look_distance, rule_version)
 WHERE submission_file.file_id = found.file_id
   AND submission_file.outcome = 'pending'
