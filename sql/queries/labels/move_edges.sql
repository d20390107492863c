-- Give the edges of one label to another. The edge between the two, if there is one, goes.
WITH moved AS (
    DELETE FROM label_edge
     WHERE %(from_id)s::bigint IN (child_id, parent_id)
    RETURNING CASE child_id WHEN %(from_id)s THEN %(to_id)s ELSE child_id END AS child_id,
              CASE parent_id WHEN %(from_id)s THEN %(to_id)s ELSE parent_id END AS parent_id,
              kind
)
INSERT INTO label_edge (child_id, parent_id, kind)
SELECT child_id, parent_id, kind
  FROM moved
 WHERE child_id <> parent_id
    ON CONFLICT DO NOTHING
