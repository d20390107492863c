-- Pairs that the closure lacks, or has without an is-a way up from the one to the other.
WITH RECURSIVE above (ancestor_id, descendant_id) AS (
    SELECT label_id, label_id
      FROM label
     WHERE merged_into_id IS NULL
     UNION
    SELECT label_edge.parent_id, above.descendant_id
      FROM above
      JOIN label_edge ON label_edge.child_id = above.ancestor_id AND label_edge.kind = 'is-a'
)
SELECT ancestor.label_key AS ancestor_key,
       descendant.label_key AS descendant_key,
       above.ancestor_id IS NULL AS is_stored
  FROM above
  FULL JOIN label_closure USING (ancestor_id, descendant_id)
  JOIN label AS ancestor ON ancestor.label_id = ancestor_id
  JOIN label AS descendant ON descendant.label_id = descendant_id
 WHERE above.ancestor_id IS NULL
    OR label_closure.ancestor_id IS NULL
 ORDER BY ancestor_key, descendant_key
