-- What a pick comes to: its pictures, their bytes, and its pictures under each of its labels.
--   facet       own or rollup: by claims on the labels alone, or on their descendants too
--   any_values, all_values, none_values  ids of labels as text: a picture is under one of the
--               first (or they are none), under all of the second, and in the rollup of none of
--               the third
--   splits, licences  it has one of these, or NULL
WITH labelled AS (
    SELECT chunk_no,
           bit_or(bits) FILTER (WHERE facet = %(facet)s AND value = ANY (%(any_values)s::text[]))
               AS any_bits,
           bit_and(bits) FILTER (WHERE facet = %(facet)s AND value = ANY (%(all_values)s::text[]))
               AS all_bits,
           count(*) FILTER (WHERE facet = %(facet)s AND value = ANY (%(all_values)s::text[]))
               AS all_count,
           bit_or(bits) FILTER (WHERE facet = 'rollup' AND value = ANY (%(none_values)s::text[]))
               AS none_bits,
           bit_or(bits) FILTER (WHERE facet = 'split') AS split_bits,
           bit_or(bits) FILTER (WHERE facet = 'licence') AS licence_bits
      FROM bitmap
     WHERE facet = %(facet)s AND value = ANY (%(any_values)s::text[] || %(all_values)s::text[])
        OR facet = 'rollup' AND value = ANY (%(none_values)s::text[])
        OR facet = 'split' AND value = ANY (%(splits)s::text[])
        OR facet = 'licence' AND value = ANY (%(licences)s::text[])
     GROUP BY chunk_no
), picked AS MATERIALIZED (
    -- A bitmap that is not asked for lets every picture pass; a chunk that lacks one that is has none.
    SELECT chunk_no,
           coalesce(any_bits, ~bits_of('{}')) & coalesce(all_bits, ~bits_of('{}'))
           & ~coalesce(none_bits, bits_of('{}'))
           & coalesce(split_bits, ~bits_of('{}')) & coalesce(licence_bits, ~bits_of('{}')) AS bits
      FROM labelled
     WHERE (any_bits IS NOT NULL OR %(any_values)s::text[] = '{}')
       AND all_count = cardinality(%(all_values)s::text[])
       AND (split_bits IS NOT NULL OR %(splits)s::text[] IS NULL)
       AND (licence_bits IS NOT NULL OR %(licences)s::text[] IS NULL)
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
