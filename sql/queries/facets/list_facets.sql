-- A page of labels with their counts, by name.
--   after     the folded name of the last label of the page before, or NULL
--   search    part of a folded name or alias, or NULL
--   most      at most so many
--   evidence  supplier, or verified: what makes a picture trainable
WITH page AS (
    SELECT label_id, folded_name, name
      FROM label_name
     WHERE NOT is_alias
       AND (%(after)s::text IS NULL OR folded_name COLLATE "C" > %(after)s)
       AND (%(search)s::text IS NULL OR label_id IN (
               SELECT label_id FROM label_name WHERE strpos(folded_name, %(search)s) > 0))
     ORDER BY folded_name COLLATE "C"
     LIMIT %(most)s
), above AS (
    SELECT page.label_id, array_agg(DISTINCT parent.name COLLATE "C") AS parents
      FROM page
      JOIN label_edge ON label_edge.child_id = page.label_id
      JOIN label_name AS parent ON parent.label_id = label_edge.parent_id AND NOT parent.is_alias
     GROUP BY page.label_id
)
SELECT page.label_id, label.label_key AS key, page.name, label.mid,
       own, rollup, verified,
       CASE %(evidence)s WHEN 'verified' THEN rollup_verified ELSE undisputed END AS trainable,
       coalesce(above.parents, '{}') AS parents
  FROM page
  JOIN label USING (label_id)
  JOIN label_count USING (label_id)
  LEFT JOIN above USING (label_id)
 ORDER BY page.folded_name COLLATE "C"
