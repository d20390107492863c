-- Give what is said of one label to another. Where a picture has a claim on both, a positive
-- one is stronger than a negative, a negative than a proposed; a contradiction is disputed.
WITH moved AS (
    DELETE FROM label_claim
     WHERE label_id = %(from_id)s
    RETURNING image_id, value, source, is_verified, is_disputed, claimed_at
)
INSERT INTO label_claim AS kept
       (image_id, label_id, value, source, is_verified, is_disputed, claimed_at)
SELECT image_id, %(to_id)s, value, source, is_verified, is_disputed, claimed_at
  FROM moved
    ON CONFLICT (image_id, label_id) DO UPDATE
       SET (value, source, is_verified) = (
               SELECT value, source, is_verified
                 FROM (VALUES (kept.value, kept.source, kept.is_verified),
                              (excluded.value, excluded.source, excluded.is_verified))
                      AS claim (value, source, is_verified)
                ORDER BY array_position(ARRAY['positive', 'negative', 'proposed'], value),
                         is_verified DESC, source
                LIMIT 1),
           is_disputed = kept.is_disputed OR excluded.is_disputed
               OR ARRAY['positive', 'negative'] <@ ARRAY[kept.value, excluded.value]
