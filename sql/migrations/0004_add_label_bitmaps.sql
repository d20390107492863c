-- Bitmaps of published pictures, so that what a pick comes to is counted without reading its rows,
-- and indexes for pages of labels.

-- In the orders in which labels are listed page by page.
CREATE INDEX label_count_rollup_idx ON label_count (rollup, label_id);
CREATE INDEX label_name_listed_idx ON label_name (folded_name COLLATE "C") WHERE NOT is_alias;

-- Numbers pictures in the order in which they came, for bitmaps alone: another hub numbers them
-- otherwise. It may skip some.
ALTER TABLE image ADD COLUMN image_no bigint GENERATED ALWAYS AS IDENTITY;
ALTER TABLE image ADD CONSTRAINT image_image_no_key UNIQUE (image_no);

-- The bits at these places, 0 to 31999.
CREATE FUNCTION bits_of(places integer[]) RETURNS bit(32000)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    bits bit(32000) := repeat('0', 32000);
    place integer;
BEGIN
    FOREACH place IN ARRAY places LOOP
        bits := set_bit(bits, place, 1);
    END LOOP;
    RETURN bits;
END
$$;

-- Published pictures that have something in common, 32,000 numbers a chunk: the first bit of chunk
-- 2 is image_no 64000. A chunk without pictures has no row.
CREATE TABLE bitmap (
    -- `own`, `negative`, `split`, `licence`, `size`: see image_bit. `rollup`: a positive claim on
    -- the label or a descendant, and no negative one on it or an ancestor.
    facet    text NOT NULL,
    value    text NOT NULL,
    chunk_no bigint NOT NULL,
    bits     bit(32000) NOT NULL,
    CONSTRAINT bitmap_pkey PRIMARY KEY (facet, value, chunk_no)
);
-- Kept with the row, compressed where that helps: two rows of 4,000 bytes fill a page.
ALTER TABLE bitmap ALTER COLUMN bits SET STORAGE MAIN;
CREATE INDEX bitmap_chunk_no_idx ON bitmap (chunk_no);

-- The bits that claims and pictures ask for; all but those of `rollup`, which follow from them.
-- `size` has the binary digits of size_bytes (value 0 is worth one byte), so that sums are counts.
CREATE VIEW image_bit AS
SELECT image_id, image_no, 'own' AS facet, label_id::text AS value, label_id
  FROM image
  JOIN label_claim USING (image_id)
 WHERE status = 'published'
   AND label_claim.value = 'positive'
 UNION ALL
SELECT image_id, image_no, 'negative', label_id::text, label_id
  FROM image
  JOIN label_claim USING (image_id)
 WHERE status = 'published'
   AND label_claim.value = 'negative'
 UNION ALL
SELECT image_id, image_no, 'split', split, NULL
  FROM image
 WHERE status = 'published'
 UNION ALL
SELECT image_id, image_no, 'licence', licence, NULL
  FROM image
 WHERE status = 'published'
 UNION ALL
SELECT image_id, image_no, 'size', digit::text, NULL
  FROM image
 CROSS JOIN LATERAL generate_series(0, (ln(greatest(size_bytes, 1)) / ln(2))::integer) AS digit
 WHERE status = 'published'
   AND size_bytes >> digit & 1 = 1;

INSERT INTO bitmap (facet, value, chunk_no, bits)
SELECT facet, value, image_no / 32000, bits_of(array_agg((image_no % 32000)::integer))
  FROM image_bit
 GROUP BY 1, 2, 3;

INSERT INTO bitmap (facet, value, chunk_no, bits)
SELECT 'rollup', positive.value, positive.chunk_no,
       CASE WHEN denied.bits IS NULL THEN positive.bits ELSE positive.bits & ~denied.bits END
  FROM (SELECT ancestor_id::text AS value, chunk_no, bit_or(bits) AS bits
          FROM bitmap
          JOIN label_closure ON descendant_id::text = bitmap.value
         WHERE facet = 'own'
         GROUP BY 1, 2) AS positive
  LEFT JOIN (SELECT descendant_id::text AS value, chunk_no, bit_or(bits) AS bits
               FROM bitmap
               JOIN label_closure ON ancestor_id::text = bitmap.value
              WHERE facet = 'negative'
              GROUP BY 1, 2) AS denied USING (value, chunk_no)
 WHERE positive.bits & ~coalesce(denied.bits, bits_of('{}')) <> bits_of('{}');
