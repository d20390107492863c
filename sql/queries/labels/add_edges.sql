-- Put labels under parents; an edge that is there already stays as it is.
INSERT INTO label_edge (child_id, parent_id, kind)
SELECT child_id, parent_id, kind
  FROM unnest(%(child_ids)s::bigint[], %(parent_ids)s::bigint[], %(kinds)s::text[])
       AS added (child_id, parent_id, kind)
    ON CONFLICT DO NOTHING
