-- A label by its key, or the one that it was merged into, with its counts.
SELECT label.label_id, label.label_key AS key, label_name.name, label.mid,
       own, rollup, verified,
       CASE %(evidence)s WHEN 'verified' THEN rollup_verified ELSE undisputed END AS trainable,
       ARRAY(SELECT other.name
               FROM label_name AS other
              WHERE other.label_id = label.label_id
                AND other.is_alias
              ORDER BY other.folded_name) AS aliases,
       (SELECT count(*) FROM watch WHERE watch.label_id = label.label_id) AS watchers
  FROM label AS asked
  JOIN label ON label.label_id = coalesce(asked.merged_into_id, asked.label_id)
  JOIN label_name ON label_name.label_id = label.label_id AND NOT label_name.is_alias
  JOIN label_count ON label_count.label_id = label.label_id
 WHERE asked.label_key = %(label_key)s
