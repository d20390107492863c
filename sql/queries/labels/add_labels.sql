-- Put labels in the catalogue, in the order given, and return their ids.
INSERT INTO label (label_key, mid)
SELECT label_key, mid
  FROM unnest(%(label_keys)s::text[], %(mids)s::text[])
       WITH ORDINALITY AS added (label_key, mid, place)
 ORDER BY place
RETURNING label_id, label_key
