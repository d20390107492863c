UPDATE training
   SET told_at = now()
 WHERE training_id = ANY (%(training_ids)s::bigint[])
