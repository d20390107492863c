-- Bring the closure of some labels and their descendants in line with the is-a edges,
-- touching only the rows that differ.
WITH RECURSIVE below AS (
    SELECT unnest(%(label_ids)s::bigint[]) AS label_id
     UNION
    SELECT label_edge.child_id
      FROM below
      JOIN label_edge ON label_edge.parent_id = below.label_id AND label_edge.kind = 'is-a'
), above (ancestor_id, descendant_id) AS (
    SELECT label_id, label_id
      FROM below
      JOIN label USING (label_id)
     WHERE label.merged_into_id IS NULL
     UNION
    SELECT label_edge.parent_id, above.descendant_id
      FROM above
      JOIN label_edge ON label_edge.child_id = above.ancestor_id AND label_edge.kind = 'is-a'
), removed AS (
    DELETE FROM label_closure
     WHERE descendant_id IN (SELECT label_id FROM below)
       AND (ancestor_id, descendant_id) NOT IN (SELECT ancestor_id, descendant_id FROM above)
)
INSERT INTO label_closure (ancestor_id, descendant_id)
SELECT ancestor_id, descendant_id FROM above
EXCEPT
SELECT ancestor_id, descendant_id FROM label_closure
