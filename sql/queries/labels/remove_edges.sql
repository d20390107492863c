-- Take labels from under parents.
DELETE FROM label_edge
 USING unnest(%(child_ids)s::bigint[], %(parent_ids)s::bigint[], %(kinds)s::text[])
       AS removed (child_id, parent_id, kind)
 WHERE label_edge.child_id = removed.child_id
   AND label_edge.parent_id = removed.parent_id
   AND label_edge.kind = removed.kind
