-- Labels with their counts, names and neighbours in the graph, newest first.
--   label_id    this one alone, or NULL for all
--   under_id    those under this label by is-a, itself included, or NULL for all
--   min_images  labels with fewer pictures, descendants' included, are left out
WITH named AS (
    SELECT label_id, name
      FROM label_name
     WHERE NOT is_alias
), above AS (
    SELECT label_edge.child_id AS label_id,
           jsonb_agg(jsonb_build_object('name', named.name, 'kind', label_edge.kind)
                     ORDER BY named.name COLLATE "C", label_edge.kind) AS edges
      FROM label_edge
      JOIN named ON named.label_id = label_edge.parent_id
     GROUP BY label_edge.child_id
), below AS (
    SELECT label_edge.parent_id AS label_id,
           array_agg(DISTINCT named.name COLLATE "C") AS children,
           jsonb_agg(jsonb_build_object('name', named.name, 'kind', label_edge.kind)
                     ORDER BY named.name COLLATE "C", label_edge.kind) AS child_edges
      FROM label_edge
      JOIN named ON named.label_id = label_edge.child_id
     GROUP BY label_edge.parent_id
), alias AS (
    SELECT label_id, array_agg(name ORDER BY name COLLATE "C") AS aliases
      FROM label_name
     WHERE is_alias
     GROUP BY label_id
)
SELECT label.label_id,
       label.label_key,
       label.mid,
       named.name,
       coalesce(alias.aliases, '{}') AS aliases,
       coalesce(above.edges, '[]') AS edges,
       coalesce(below.children, '{}') AS children,
       coalesce(below.child_edges, '[]') AS child_edges,
       own, verified, rollup, undisputed, rollup_verified
  FROM label
  JOIN named USING (label_id)
  JOIN label_count USING (label_id)
  LEFT JOIN alias USING (label_id)
  LEFT JOIN above USING (label_id)
  LEFT JOIN below USING (label_id)
 WHERE rollup >= %(min_images)s
   AND (%(label_id)s::bigint IS NULL OR label.label_id = %(label_id)s)
   AND (%(under_id)s::bigint IS NULL OR label.label_id IN (
           SELECT descendant_id FROM label_closure WHERE ancestor_id = %(under_id)s))
 ORDER BY label.label_id DESC
