-- Which claims answer for some labels: for each, the labels that show it, or that deny it.
--   label_ids         labels, each of which answers for itself
--   with_descendants  narrower labels (is-a) show it, too, and wider ones deny it
--   with_parts        so do labels that are part of it show it
WITH RECURSIVE shown AS (
    SELECT label_id AS term_id, label_id
      FROM unnest(%(label_ids)s::bigint[]) AS label_id
     UNION
    SELECT shown.term_id, label_edge.child_id
      FROM shown
      JOIN label_edge ON label_edge.parent_id = shown.label_id
     WHERE CASE label_edge.kind WHEN 'is-a' THEN %(with_descendants)s::boolean ELSE %(with_parts)s END
)
SELECT term_id, label_id, false AS is_denied
  FROM shown
 UNION ALL
SELECT descendant_id, ancestor_id, true
  FROM label_closure
 WHERE descendant_id = ANY (%(label_ids)s::bigint[])
   AND (ancestor_id = descendant_id OR %(with_descendants)s::boolean)
