-- The label that has this name or alias today; a merged label's names lead to the one it became.
SELECT label.label_id, label.label_key, label.mid, shown.name
  FROM label_name
  JOIN label USING (label_id)
  JOIN label_name AS shown ON shown.label_id = label.label_id AND NOT shown.is_alias
 WHERE label_name.folded_name = %(folded_name)s
