-- Near duplicates told apart by a versioned rule, quality measures, and pictures that are related.

ALTER TABLE image
    -- NULL in rows of before this migration: their pictures were not measured.
    ADD COLUMN rule_version   integer,
    ADD COLUMN brightness_p5  real,
    ADD COLUMN brightness_p99 real,
    ADD COLUMN information    real,
    ADD COLUMN sharpness      real,
    ADD COLUMN is_grey        boolean;

ALTER TABLE image_hash
    ADD CONSTRAINT image_hash_kind_check CHECK (kind IN ('phash', 'phash_crop5', 'phash_crop10'));
CREATE INDEX image_hash_hash_idx ON image_hash (hash);

ALTER TABLE receipt ADD COLUMN file_count bigint;
UPDATE receipt SET file_count = (
    SELECT count(*)
    FROM submission s
    JOIN submission_file f USING (submission_id)
    WHERE s.receipt_no = receipt.receipt_no
);
ALTER TABLE receipt
    ALTER COLUMN file_count SET NOT NULL,
    ADD CONSTRAINT receipt_file_count_check CHECK (file_count >= 0);

ALTER TABLE submission_file
    -- Of a duplicate: bits between the two hashes that met, the distance of the two looks, and the
    -- version of the rule that judged them.
    ADD COLUMN distance           integer,
    ADD COLUMN look_distance      real,
    ADD COLUMN rule_version       integer,
    -- Of a file that came to be by undoing the verdict on that one: it is compared by bytes only.
    ADD COLUMN apart_from_file_id bigint,
    ADD CONSTRAINT submission_file_apart_from_file_id_key UNIQUE (apart_from_file_id),
    ADD CONSTRAINT submission_file_apart_from_file_id_fkey
        FOREIGN KEY (apart_from_file_id) REFERENCES submission_file,
    ADD CONSTRAINT submission_file_apart_check CHECK (apart_from_file_id < file_id),
    ADD CONSTRAINT submission_file_distance_check CHECK (
        (outcome = 'duplicate' OR num_nonnulls(distance, look_distance, rule_version) = 0)
        AND distance BETWEEN 0 AND 64 AND look_distance >= 0);
-- Until now one rule, version 1, found duplicates by their bytes and by their pixels.
UPDATE submission_file
   SET distance = 0, look_distance = 0, rule_version = 1
 WHERE outcome = 'duplicate';
CREATE INDEX submission_file_undone_idx ON submission_file (sha256) WHERE is_undone;

-- Two published pictures that are alike, yet each kept: `image_id` came after `related_to`.
CREATE TABLE image_relation (
    image_id      text NOT NULL,
    related_to    text NOT NULL,
    relation      text NOT NULL,
    distance      integer,
    look_distance real,
    rule_version  integer NOT NULL,
    CONSTRAINT image_relation_pkey PRIMARY KEY (image_id, related_to),
    CONSTRAINT image_relation_image_id_fkey FOREIGN KEY (image_id) REFERENCES image,
    CONSTRAINT image_relation_related_to_fkey FOREIGN KEY (related_to) REFERENCES image,
    CONSTRAINT image_relation_relation_check CHECK (relation IN
        ('pixels', 'near', 'mirrored', 'turned', 'cropped', 'alike', 'burst')),
    CONSTRAINT image_relation_distance_check
        CHECK (distance BETWEEN 0 AND 64 AND look_distance >= 0),
    CONSTRAINT image_relation_loop_check CHECK (image_id <> related_to)
);
CREATE INDEX image_relation_related_to_idx ON image_relation (related_to);
