SELECT coalesce(sum(bit_count(bits)), 0)::bigint AS images
  FROM training_image
 WHERE training_id = %(training_id)s
