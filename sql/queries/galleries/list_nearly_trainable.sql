-- Labels of which pictures are wanted: those that most users wait for, then those nearest to enough.
--   least     so many trainable pictures are enough where nobody waits for a number
--   evidence  supplier, or verified: what makes a picture trainable
WITH counted AS (
    SELECT label_id,
           CASE %(evidence)s WHEN 'verified' THEN rollup_verified ELSE undisputed END AS trainable
      FROM label_count
), demanded AS (
    SELECT counted.label_id, trainable,
           count(watch.user_id) AS watchers,
           coalesce(max(watch.least), %(least)s::integer) AS least
      FROM counted
      -- Who has enough waits no more.
      LEFT JOIN watch ON watch.label_id = counted.label_id AND watch.least > trainable
     GROUP BY counted.label_id, trainable
)
SELECT label.label_key AS key, label_name.name, trainable, watchers, least,
       least - trainable AS gap
  FROM demanded
  JOIN label USING (label_id)
  JOIN label_name USING (label_id)
 WHERE NOT label_name.is_alias
   AND trainable < least
   AND (trainable > 0 OR watchers > 0)
 ORDER BY watchers DESC, trainable - least DESC, label_name.folded_name COLLATE "C"
 LIMIT %(most)s
