-- Give labels names or aliases.
INSERT INTO label_name (folded_name, label_id, name, is_alias)
SELECT folded_name, label_id, name, %(is_alias)s::boolean
  FROM unnest(%(folded_names)s::text[], %(label_ids)s::bigint[], %(names)s::text[])
       AS added (folded_name, label_id, name)
