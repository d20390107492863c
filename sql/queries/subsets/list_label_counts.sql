-- How many published pictures the labels have, on themselves and with their descendants.
SELECT label_name.name, label_count.own, label_count.rollup
  FROM label_count
  JOIN label_name ON label_name.label_id = label_count.label_id AND NOT label_name.is_alias
 WHERE label_count.label_id = ANY (%(label_ids)s::bigint[])
 ORDER BY label_name.name
