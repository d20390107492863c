-- A catalogue of drawn pictures: three labels each, by Zipf's law over all labels, one claim in 33
-- negative. Whatever looks random is a hash of a picture's number.
SET session_replication_role = replica;

INSERT INTO hub_user (name, role) VALUES ('ann', 'supplier');
INSERT INTO batch (batch_no, status, file_count) VALUES (1, 'ended', 1);
INSERT INTO receipt (receipt_no, supplier_id, batch_no, file_count)
SELECT 1, user_id, 1, 1 FROM hub_user;
UPDATE hub SET last_receipt_no = 1, last_batch_no = 1;
INSERT INTO submission (receipt_no, label_id) SELECT 1, min(label_id) FROM label;
INSERT INTO submission_file (submission_id, path, sha256, size_bytes, licence, author)
SELECT submission_id, 'a.jpg', 'x', 1, '', '' FROM submission;

INSERT INTO image (image_id, file_id, batch_no, label_key, split, group_id, format, width_px,
                   height_px, size_bytes, crc32, licence, author, source)
SELECT drawn.image_id, file_id, 1, 'm_01',
       (ARRAY['train', 'train', 'train', 'train', 'train', 'train', 'train', 'train',
              'validation', 'test'])[1 + abs(hashint8extended(n, 1) %% 10)],
       drawn.image_id, 'jpeg', 1024, 768, 100000 + abs(hashint8extended(n, 2) %% 400000), 1,
       (ARRAY['CC BY 2.0', 'CC BY 4.0', 'CC BY-SA 4.0'])[1 + abs(hashint8extended(n, 3) %% 3)],
       'Ann', ''
  FROM (SELECT n, encode(sha256(n::text::bytea), 'hex') AS image_id
          FROM generate_series(1, %(pictures)s) AS n) AS drawn, submission_file;

CREATE TEMPORARY TABLE rank AS
SELECT label_id, row_number() OVER (ORDER BY hashtextextended(label_key, 4)) AS rank
  FROM label;
CREATE TEMPORARY TABLE drawn AS
WITH zipf AS MATERIALIZED (
    SELECT array_agg(label_id ORDER BY rank) AS label_ids,
           array_agg(below ORDER BY rank) AS bounds
      FROM (SELECT label_id, rank,
                   (sum(1.0 / rank) OVER (ORDER BY rank) / sum(1.0 / rank) OVER ())::float AS below
              FROM rank) AS share
)
SELECT n, draw, label_ids[1 + width_bucket(
           -- 53 bits of the hash, as a share of 1.
           (hashint8extended(n, 10 + draw) >> 11 & x'fffffffffffff'::bigint) / 2.0 ^ 52, bounds
       )] AS label_id
  FROM zipf, generate_series(1, %(pictures)s) AS n, generate_series(1, 3) AS draw;
INSERT INTO label_claim (image_id, label_id, value, source, is_verified)
SELECT encode(sha256(n::text::bytea), 'hex'), label_id,
       CASE WHEN bool_or(hashint8extended(n, 20 + draw) %% 33 = 0)
            THEN 'negative' ELSE 'positive' END, 'import', true
  FROM drawn
 WHERE label_id IS NOT NULL
 GROUP BY n, label_id;
SET session_replication_role = DEFAULT;
