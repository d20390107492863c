-- What a pick of labels comes to: its pictures, their bytes, and its pictures under each label.
--   facet       own or rollup: by claims on the labels alone, or on their descendants too
--   any_values, all_values, none_values, splits, licences  as picked_bits takes them
WITH picked AS MATERIALIZED (
    SELECT *
      FROM picked_bits(%(facet)s, %(any_values)s::text[], %(all_values)s::text[], %(none_values)s::text[],
                      %(splits)s::text[], %(licences)s::text[])
), of_label AS (
    SELECT value, sum(bit_count(picked.bits & bitmap.bits))::bigint AS images
      FROM picked
      JOIN bitmap USING (chunk_no)
     WHERE facet = %(facet)s
       AND value = ANY (%(any_values)s::text[] || %(all_values)s::text[])
     GROUP BY value
)
SELECT coalesce((SELECT sum(bit_count(bits)) FROM picked), 0)::bigint AS images,
       coalesce((
           SELECT sum(bit_count(picked.bits & bitmap.bits) * (1::bigint << value::integer))
             FROM picked
             JOIN bitmap USING (chunk_no)
            WHERE facet = 'size'), 0)::bigint AS bytes,
       coalesce((SELECT jsonb_object_agg(value, images) FROM of_label), '{}') AS per_label
