-- Keys that begin as the wanted one does.
SELECT label_key
  FROM label
 WHERE starts_with(label_key, %(label_key)s)
