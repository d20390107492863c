-- A page of labels with their counts, those with most pictures first, descendants' included.
--   after_rollup, after_id  the last label of the page before, or NULL
--   most                    at most so many
--   evidence                supplier, or verified: what makes a picture trainable
WITH page AS (
    SELECT label_id
      FROM label_count
     WHERE (rollup, label_id) < (%(after_rollup)s, %(after_id)s) OR %(after_id)s::bigint IS NULL
     ORDER BY rollup DESC, label_id DESC
     LIMIT %(most)s
)
SELECT page.label_id, label.label_key AS key, label_name.name, label.mid,
       own, rollup, verified,
       CASE %(evidence)s WHEN 'verified' THEN rollup_verified ELSE undisputed END AS trainable,
       ARRAY(SELECT DISTINCT parent.name COLLATE "C"
               FROM label_edge
               JOIN label_name AS parent
                 ON parent.label_id = label_edge.parent_id AND NOT parent.is_alias
              WHERE label_edge.child_id = page.label_id
              ORDER BY 1) AS parents
  FROM page
  JOIN label USING (label_id)
  JOIN label_name ON label_name.label_id = page.label_id AND NOT label_name.is_alias
  JOIN label_count ON label_count.label_id = page.label_id
 ORDER BY rollup DESC, page.label_id DESC
