-- The label that stands for a MID today: the one that has it, or the one that one became.
SELECT kept.label_id, kept.label_key, kept.mid, shown.name
  FROM label
  JOIN label AS kept ON kept.label_id = coalesce(label.merged_into_id, label.label_id)
  JOIN label_name AS shown ON shown.label_id = kept.label_id AND NOT shown.is_alias
 WHERE label.mid = %(mid)s
