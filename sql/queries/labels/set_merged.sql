-- Let another label stand for this one, and for those that it stood for.
UPDATE label
   SET merged_into_id = %(to_id)s
 WHERE %(from_id)s::bigint IN (label_id, merged_into_id)
