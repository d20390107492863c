-- Labels of which pictures are wanted: those that somebody watches, then those nearest to enough.
--   least     so many trainable pictures are enough
--   evidence  supplier, or verified: what makes a picture trainable
WITH counted AS (
    SELECT label_id,
           CASE %(evidence)s WHEN 'verified' THEN rollup_verified ELSE undisputed END AS trainable,
           (SELECT count(*) FROM watch WHERE watch.label_id = label_count.label_id) AS watchers
      FROM label_count
)
SELECT label.label_key AS key, label_name.name, counted.trainable, counted.watchers
  FROM counted
  JOIN label USING (label_id)
  JOIN label_name USING (label_id)
 WHERE NOT label_name.is_alias
   AND counted.trainable < %(least)s
   AND (counted.trainable > 0 OR counted.watchers > 0)
 ORDER BY counted.watchers DESC, counted.trainable DESC, label_name.folded_name COLLATE "C"
 LIMIT %(most)s
