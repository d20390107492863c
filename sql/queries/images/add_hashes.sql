INSERT INTO image_hash (image_id, kind, hash)
SELECT image_id, %(kind)s, hash
  FROM unnest(%(image_id)s::text[], %(hash)s::bigint[]) AS hashed (image_id, hash)
ON CONFLICT (image_id, kind) DO NOTHING
