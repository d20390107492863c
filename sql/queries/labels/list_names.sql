-- Every name and alias, with the label it leads to.
SELECT folded_name, label_id, name, is_alias
  FROM label_name
 ORDER BY is_alias, folded_name
