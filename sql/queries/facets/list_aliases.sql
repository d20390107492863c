-- The other names of labels, by the key of the label.
SELECT label.label_key AS key, array_agg(label_name.name ORDER BY label_name.name) AS aliases
  FROM label_name
  JOIN label USING (label_id)
 WHERE label_name.is_alias
 GROUP BY label.label_key
