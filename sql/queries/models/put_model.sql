-- A model; of one that is there, where its bytes lie now.
INSERT INTO model (model_id, training_id, name, object_key, size_bytes, sha256, classes, metrics,
                   confusion, report, weights_sha256)
VALUES (%(model_id)s, %(training_id)s, %(name)s, %(object_key)s, %(size_bytes)s, %(sha256)s,
        %(classes)s::text[], %(metrics)s::jsonb, %(confusion)s::jsonb, %(report)s::jsonb,
        %(weights_sha256)s)
ON CONFLICT (model_id) DO UPDATE
   SET object_key = excluded.object_key, size_bytes = excluded.size_bytes,
       sha256 = excluded.sha256
