-- The catalogue: labels, receipts, batches, pictures, claims, subsets.

CREATE TABLE hub (
    is_only         boolean NOT NULL DEFAULT true,
    hub_id          uuid NOT NULL DEFAULT gen_random_uuid(),
    -- Keys the jitter of shown places, so that it cannot be averaged away or recomputed.
    place_secret    text NOT NULL DEFAULT gen_random_uuid()::text || gen_random_uuid()::text,
    -- Taken with the row locked: the two orders of the hub have no gaps and no clock.
    last_receipt_no bigint NOT NULL DEFAULT 0,
    last_batch_no   bigint NOT NULL DEFAULT 0,
    created_at      timestamptz NOT NULL DEFAULT now(),
    -- Keys what the hub signs: links to archives.
    link_secret     text NOT NULL DEFAULT gen_random_uuid()::text || gen_random_uuid()::text,
    -- Keys what the hub signs for browsers: sessions.
    session_secret  text NOT NULL DEFAULT gen_random_uuid()::text || gen_random_uuid()::text,
    CONSTRAINT hub_pkey PRIMARY KEY (is_only),
    CONSTRAINT hub_is_only_check CHECK (is_only)
);
INSERT INTO hub DEFAULT VALUES;

CREATE TABLE hub_user (
    user_id    bigint GENERATED ALWAYS AS IDENTITY,
    name       text NOT NULL,
    role       text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- NULL: no password, so nobody signs in by that name.
    password_hash text,
    -- Where mail goes to; NULL: nowhere.
    email      text,
    -- When the user ended the tour of the site.
    toured_at  timestamptz,
    CONSTRAINT hub_user_pkey PRIMARY KEY (user_id),
    CONSTRAINT hub_user_name_key UNIQUE (name),
    CONSTRAINT hub_user_role_check
        CHECK (role IN ('supplier', 'data_scientist', 'premium', 'labeller', 'ops'))
);
-- One address, one user, however it is written.
CREATE UNIQUE INDEX hub_user_email_idx ON hub_user (lower(email));
-- What a name looks like: names that people take for one another have the same.
CREATE FUNCTION look_of(name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    -- Without marks, spaces and dots; Cyrillic and Greek letters as the Latin ones they look like.
    SELECT lower(translate(regexp_replace(normalize(name, NFKD), '[\u0300-\u036f\s._''’-]', '', 'g'),
                           'АВЕЅІЈКМНОРСТУХавеѕіјкмнорстухΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβεζηικμνορτυχiI1|0',
                           'abesljkmhopctyxabesljkmhopctyxabezhlkmnoptyxabezhlkmnoptyxllllo'))
$$;
CREATE INDEX hub_user_look_idx ON hub_user (look_of(name));

-- A personal token: what it is called and may do; its secret is known to its owner alone.
CREATE TABLE token (
    token_id      text NOT NULL,
    user_id       bigint NOT NULL,
    name          text NOT NULL,
    secret_sha256 text NOT NULL,
    scopes        text[] NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    expires_at    timestamptz NOT NULL,
    revoked_at    timestamptz,
    CONSTRAINT token_pkey PRIMARY KEY (token_id),
    CONSTRAINT token_user_id_fkey FOREIGN KEY (user_id) REFERENCES hub_user
);
CREATE INDEX token_user_id_idx ON token (user_id, created_at);

-- Requests of each client in the window that began then; a crash may forget them.
CREATE UNLOGGED TABLE request_count (
    client     text NOT NULL,
    began_at   timestamptz NOT NULL,
    requests   bigint NOT NULL,
    CONSTRAINT request_count_pkey PRIMARY KEY (client)
);

CREATE TABLE decision (
    decision_id bigint GENERATED ALWAYS AS IDENTITY,
    decided_at  timestamptz NOT NULL DEFAULT now(),
    decided_by  text NOT NULL,
    action      text NOT NULL,
    subject     text NOT NULL,
    detail      jsonb NOT NULL DEFAULT '{}',
    CONSTRAINT decision_pkey PRIMARY KEY (decision_id)
);
CREATE INDEX decision_subject_idx ON decision (subject, decision_id);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;
CREATE TRIGGER decision_is_append_only
    BEFORE UPDATE OR DELETE ON decision
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE label (
    label_id       bigint GENERATED ALWAYS AS IDENTITY,
    -- Never changes, whatever the label is called: the lake is clustered by it.
    label_key      text NOT NULL,
    mid            text,
    merged_into_id bigint,
    created_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT label_pkey PRIMARY KEY (label_id),
    CONSTRAINT label_label_key_key UNIQUE (label_key),
    CONSTRAINT label_mid_key UNIQUE (mid),
    CONSTRAINT label_merged_into_id_fkey FOREIGN KEY (merged_into_id) REFERENCES label
);
CREATE INDEX label_merged_into_id_idx ON label (merged_into_id);

-- Names and aliases share one namespace, folded as people type them.
CREATE TABLE label_name (
    folded_name text NOT NULL,
    label_id    bigint NOT NULL,
    name        text NOT NULL,
    is_alias    boolean NOT NULL,
    CONSTRAINT label_name_pkey PRIMARY KEY (folded_name),
    CONSTRAINT label_name_label_id_fkey FOREIGN KEY (label_id) REFERENCES label
);
CREATE UNIQUE INDEX label_name_primary_idx ON label_name (label_id) WHERE NOT is_alias;
CREATE INDEX label_name_label_id_idx ON label_name (label_id);
-- As labels are listed page by page; label_count_rollup_idx is in the order of their counts.
CREATE INDEX label_name_listed_idx ON label_name (folded_name COLLATE "C") WHERE NOT is_alias;

CREATE TABLE label_edge (
    child_id  bigint NOT NULL,
    parent_id bigint NOT NULL,
    kind      text NOT NULL,
    CONSTRAINT label_edge_pkey PRIMARY KEY (child_id, parent_id, kind),
    CONSTRAINT label_edge_child_id_fkey FOREIGN KEY (child_id) REFERENCES label,
    CONSTRAINT label_edge_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES label,
    CONSTRAINT label_edge_kind_check CHECK (kind IN ('is-a', 'part-of')),
    CONSTRAINT label_edge_loop_check CHECK (child_id <> parent_id)
);
CREATE INDEX label_edge_parent_id_idx ON label_edge (parent_id);

-- Every (ancestor, descendant) over is-a edges, each label with itself included.
CREATE TABLE label_closure (
    ancestor_id   bigint NOT NULL,
    descendant_id bigint NOT NULL,
    CONSTRAINT label_closure_pkey PRIMARY KEY (ancestor_id, descendant_id),
    CONSTRAINT label_closure_ancestor_id_fkey FOREIGN KEY (ancestor_id) REFERENCES label,
    CONSTRAINT label_closure_descendant_id_fkey FOREIGN KEY (descendant_id) REFERENCES label
);
CREATE INDEX label_closure_descendant_id_idx ON label_closure (descendant_id);

-- Published pictures per label. `rollup`, `undisputed` and `rollup_verified` count distinct
-- pictures over the closure: all, with an undisputed claim, with a verified claim.
CREATE TABLE label_count (
    label_id        bigint NOT NULL,
    own             bigint NOT NULL DEFAULT 0,
    verified        bigint NOT NULL DEFAULT 0,
    rollup          bigint NOT NULL DEFAULT 0,
    undisputed      bigint NOT NULL DEFAULT 0,
    rollup_verified bigint NOT NULL DEFAULT 0,
    CONSTRAINT label_count_pkey PRIMARY KEY (label_id),
    CONSTRAINT label_count_label_id_fkey FOREIGN KEY (label_id) REFERENCES label,
    CONSTRAINT label_count_check CHECK (own >= 0 AND verified BETWEEN 0 AND own AND rollup >= own
        AND undisputed BETWEEN 0 AND rollup AND rollup_verified BETWEEN verified AND rollup)
);
CREATE INDEX label_count_rollup_idx ON label_count (rollup, label_id);

CREATE TABLE batch (
    batch_no   bigint NOT NULL,
    -- Tells a batch from another of the same number, which a restored older Postgres may begin.
    batch_key  text NOT NULL DEFAULT gen_random_uuid()::text,
    status     text NOT NULL DEFAULT 'open',
    file_count bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    ended_at   timestamptz,
    CONSTRAINT batch_pkey PRIMARY KEY (batch_no),
    CONSTRAINT batch_status_check CHECK (status IN ('open', 'ended'))
);
CREATE UNIQUE INDEX batch_one_open_idx ON batch (status) WHERE status = 'open';

CREATE TABLE batch_stage (
    batch_no   bigint NOT NULL,
    stage      text NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at   timestamptz NOT NULL DEFAULT now(),
    rows_in    bigint NOT NULL,
    rows_out   jsonb NOT NULL,
    CONSTRAINT batch_stage_pkey PRIMARY KEY (batch_no, stage),
    CONSTRAINT batch_stage_batch_no_fkey FOREIGN KEY (batch_no) REFERENCES batch,
    CONSTRAINT batch_stage_stage_check
        CHECK (stage IN ('validate', 'dedupe', 'split', 'publish', 'augment'))
);

CREATE TABLE receipt (
    receipt_no  bigint NOT NULL,
    supplier_id bigint NOT NULL,
    batch_no    bigint,
    received_at timestamptz NOT NULL DEFAULT now(),
    file_count  bigint NOT NULL,
    CONSTRAINT receipt_pkey PRIMARY KEY (receipt_no),
    CONSTRAINT receipt_supplier_id_fkey FOREIGN KEY (supplier_id) REFERENCES hub_user,
    CONSTRAINT receipt_batch_no_fkey FOREIGN KEY (batch_no) REFERENCES batch,
    CONSTRAINT receipt_file_count_check CHECK (file_count >= 0)
);
CREATE INDEX receipt_batch_no_idx ON receipt (batch_no, receipt_no);
CREATE INDEX receipt_supplier_id_idx ON receipt (supplier_id);

CREATE TABLE submission (
    submission_id bigint GENERATED ALWAYS AS IDENTITY,
    receipt_no    bigint NOT NULL,
    -- As submitted; `label.merged_into_id` leads to the label that stands for it today.
    label_id      bigint NOT NULL,
    status        text NOT NULL DEFAULT 'received',
    CONSTRAINT submission_pkey PRIMARY KEY (submission_id),
    CONSTRAINT submission_receipt_label_key UNIQUE (receipt_no, label_id),
    CONSTRAINT submission_receipt_no_fkey FOREIGN KEY (receipt_no) REFERENCES receipt,
    CONSTRAINT submission_label_id_fkey FOREIGN KEY (label_id) REFERENCES label,
    CONSTRAINT submission_status_check CHECK
        (status IN ('received', 'validated', 'deduped', 'split', 'published', 'failed'))
);
CREATE INDEX submission_label_id_idx ON submission (label_id);

-- A named place: a city, and a neighbourhood of it where one is known.
CREATE TABLE place (
    place_id      bigint GENERATED ALWAYS AS IDENTITY,
    country       text NOT NULL,
    city          text NOT NULL,
    neighbourhood text NOT NULL DEFAULT '',
    CONSTRAINT place_pkey PRIMARY KEY (place_id),
    CONSTRAINT place_name_key UNIQUE (country, city, neighbourhood)
);

CREATE TABLE submission_file (
    file_id       bigint GENERATED ALWAYS AS IDENTITY,
    submission_id bigint NOT NULL,
    path          text NOT NULL,
    -- Of the bytes as they came; also the key of the landing object.
    sha256        text NOT NULL,
    size_bytes    bigint NOT NULL,
    licence       text NOT NULL,
    author        text NOT NULL,
    source        text NOT NULL DEFAULT '',
    lon           double precision,
    lat           double precision,
    taken_at      timestamptz,
    outcome       text NOT NULL DEFAULT 'pending',
    reason        text,
    image_id      text,
    duplicate_of  text,
    relation      text,
    is_undone     boolean NOT NULL DEFAULT false,
    -- Of a duplicate: bits between the two hashes that met, the distance of the two looks, and the
    -- version of the rule that judged them.
    distance      integer,
    look_distance real,
    rule_version  integer,
    -- Of a file that came to be by undoing the verdict on that one: it is compared by bytes only.
    apart_from_file_id bigint,
    CONSTRAINT submission_file_pkey PRIMARY KEY (file_id),
    CONSTRAINT submission_file_path_key UNIQUE (submission_id, path),
    CONSTRAINT submission_file_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES submission,
    CONSTRAINT submission_file_apart_from_file_id_key UNIQUE (apart_from_file_id),
    CONSTRAINT submission_file_apart_from_file_id_fkey
        FOREIGN KEY (apart_from_file_id) REFERENCES submission_file,
    CONSTRAINT submission_file_apart_check CHECK (apart_from_file_id < file_id),
    CONSTRAINT submission_file_distance_check CHECK (
        (outcome = 'duplicate' OR num_nonnulls(distance, look_distance, rule_version) = 0)
        AND distance BETWEEN 0 AND 64 AND look_distance >= 0),
    CONSTRAINT submission_file_relation_check CHECK (relation IN ('bytes', 'pixels', 'near')),
    CONSTRAINT submission_file_outcome_check CHECK (CASE outcome
        WHEN 'pending' THEN num_nonnulls(reason, image_id, duplicate_of, relation) = 0
        WHEN 'published' THEN image_id IS NOT NULL AND num_nonnulls(reason, duplicate_of, relation) = 0
        WHEN 'duplicate' THEN num_nonnulls(duplicate_of, relation) = 2 AND num_nonnulls(reason, image_id) = 0
        WHEN 'rejected' THEN reason IS NOT NULL AND num_nonnulls(image_id, duplicate_of, relation) = 0
        ELSE false END)
);
CREATE INDEX submission_file_sha256_idx ON submission_file (sha256);
-- Files that were refused, the newest first.
CREATE INDEX submission_file_rejected_idx ON submission_file (file_id) WHERE outcome = 'rejected';
CREATE INDEX submission_file_undone_idx ON submission_file (sha256) WHERE is_undone;
CREATE INDEX submission_file_image_id_idx ON submission_file (image_id) WHERE image_id IS NOT NULL;
CREATE INDEX submission_file_duplicate_of_idx ON submission_file (duplicate_of)
    WHERE duplicate_of IS NOT NULL;

-- What an import says of a file beside the label it is submitted under: taken over as claims when
-- its picture is published.
CREATE TABLE file_claim (
    file_id     bigint NOT NULL,
    label_id    bigint NOT NULL,
    value       text NOT NULL,
    is_verified boolean NOT NULL,
    CONSTRAINT file_claim_pkey PRIMARY KEY (file_id, label_id),
    CONSTRAINT file_claim_file_id_fkey FOREIGN KEY (file_id) REFERENCES submission_file,
    CONSTRAINT file_claim_label_id_fkey FOREIGN KEY (label_id) REFERENCES label,
    CONSTRAINT file_claim_value_check CHECK (value IN ('positive', 'negative')),
    CONSTRAINT file_claim_negative_check CHECK (value = 'positive' OR is_verified)
);
CREATE INDEX file_claim_label_id_idx ON file_claim (label_id);

-- Where in a file's picture a label is seen: shares of the upright picture, 0 left and top.
CREATE TABLE file_box (
    file_id     bigint NOT NULL,
    label_id    bigint NOT NULL,
    box_no      integer NOT NULL,
    x_min       double precision NOT NULL,
    x_max       double precision NOT NULL,
    y_min       double precision NOT NULL,
    y_max       double precision NOT NULL,
    -- The format it came in, with that format's own word for how it was drawn, if there is one.
    source      text NOT NULL,
    is_group_of boolean NOT NULL DEFAULT false,
    CONSTRAINT file_box_pkey PRIMARY KEY (file_id, label_id, box_no),
    CONSTRAINT file_box_file_id_fkey FOREIGN KEY (file_id) REFERENCES submission_file,
    CONSTRAINT file_box_label_id_fkey FOREIGN KEY (label_id) REFERENCES label,
    CONSTRAINT file_box_check CHECK (0 <= x_min AND x_min < x_max AND x_max <= 1
        AND 0 <= y_min AND y_min < y_max AND y_max <= 1)
);
CREATE INDEX file_box_label_id_idx ON file_box (label_id);

CREATE TABLE image (
    -- sha256 of the published bytes.
    image_id     text NOT NULL,
    status       text NOT NULL DEFAULT 'published',
    file_id      bigint NOT NULL,
    batch_no     bigint NOT NULL,
    -- Of the label it was first published under: where its bytes lie, not what it shows.
    label_key    text NOT NULL,
    split        text NOT NULL,
    group_id     text NOT NULL,
    format       text NOT NULL,
    width_px     integer NOT NULL,
    height_px    integer NOT NULL,
    size_bytes   bigint NOT NULL,
    crc32        bigint NOT NULL,
    licence      text NOT NULL,
    author       text NOT NULL,
    source       text NOT NULL,
    taken_at     timestamptz,
    lon          double precision,
    lat          double precision,
    shown_lon    double precision,
    shown_lat    double precision,
    place_id     bigint,
    published_at timestamptz NOT NULL DEFAULT now(),
    -- The measures are NULL in rows older than these columns: their pictures were not measured.
    rule_version   integer,
    brightness_p5  real,
    brightness_p99 real,
    information    real,
    sharpness      real,
    is_grey        boolean,
    -- Numbers pictures in the order in which they came, for bitmaps alone: another hub numbers them
    -- otherwise. It may skip some.
    image_no       bigint GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT image_pkey PRIMARY KEY (image_id),
    CONSTRAINT image_image_no_key UNIQUE (image_no),
    CONSTRAINT image_file_id_fkey FOREIGN KEY (file_id) REFERENCES submission_file,
    CONSTRAINT image_batch_no_fkey FOREIGN KEY (batch_no) REFERENCES batch,
    CONSTRAINT image_place_id_fkey FOREIGN KEY (place_id) REFERENCES place,
    CONSTRAINT image_status_check CHECK (status IN ('published', 'withdrawn')),
    CONSTRAINT image_split_check CHECK (split IN ('train', 'validation', 'test', 'none')),
    CONSTRAINT image_place_check CHECK (num_nonnulls(lon, lat, shown_lon, shown_lat) IN (0, 4))
);
CREATE INDEX image_batch_no_idx ON image (batch_no);
CREATE INDEX image_place_id_idx ON image (place_id);

CREATE TABLE image_hash (
    image_id text NOT NULL,
    kind     text NOT NULL,
    hash     bigint NOT NULL,
    CONSTRAINT image_hash_pkey PRIMARY KEY (image_id, kind),
    CONSTRAINT image_hash_image_id_fkey FOREIGN KEY (image_id) REFERENCES image,
    CONSTRAINT image_hash_kind_check CHECK (kind IN ('phash', 'phash_crop5', 'phash_crop10'))
);
CREATE INDEX image_hash_hash_idx ON image_hash (hash);

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

-- What is said of a picture; unknown is the absence of a row.
CREATE TABLE label_claim (
    image_id    text NOT NULL,
    label_id    bigint NOT NULL,
    value       text NOT NULL,
    source      text NOT NULL,
    is_verified boolean NOT NULL DEFAULT false,
    is_disputed boolean NOT NULL DEFAULT false,
    claimed_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT label_claim_pkey PRIMARY KEY (image_id, label_id),
    CONSTRAINT label_claim_image_id_fkey FOREIGN KEY (image_id) REFERENCES image,
    CONSTRAINT label_claim_label_id_fkey FOREIGN KEY (label_id) REFERENCES label,
    CONSTRAINT label_claim_value_check CHECK (value IN ('positive', 'negative', 'proposed')),
    CONSTRAINT label_claim_source_check CHECK (source IN ('supplier', 'review', 'import'))
);
CREATE INDEX label_claim_label_id_idx ON label_claim (label_id, image_id) WHERE value = 'positive';
-- Verified negatives by label, as subsets with `with_negatives` ask for them.
CREATE INDEX label_claim_negative_idx ON label_claim (label_id, image_id) WHERE value = 'negative';
-- Labels that wait for a review to confirm or refuse them.
CREATE INDEX label_claim_proposed_idx ON label_claim (claimed_at, image_id, label_id)
    WHERE value = 'proposed';

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

-- The pictures of a pick as bitmaps, in every chunk that has some of its labels.
--   asked_facet  own or rollup: by claims on the labels alone, or on their descendants too
--   any_values, all_values, none_values  ids of labels as text: a picture is under one of the
--                first (or they are none), under all of the second, and in the rollup of none of
--                the third
--   splits, licences  it has one of these, or NULL
CREATE FUNCTION picked_bits(asked_facet text, any_values text[], all_values text[],
                            none_values text[], splits text[], licences text[])
RETURNS TABLE (chunk_no bigint, bits bit varying)
LANGUAGE sql STABLE AS $$
WITH labelled AS (
    SELECT bitmap.chunk_no,
           bit_or(bitmap.bits) FILTER (WHERE facet = asked_facet AND value = ANY (any_values))
               AS any_bits,
           bit_and(bitmap.bits) FILTER (WHERE facet = asked_facet AND value = ANY (all_values))
               AS all_bits,
           count(*) FILTER (WHERE facet = asked_facet AND value = ANY (all_values)) AS all_count,
           bit_or(bitmap.bits) FILTER (WHERE facet = 'rollup' AND value = ANY (none_values))
               AS none_bits,
           bit_or(bitmap.bits) FILTER (WHERE facet = 'split') AS split_bits,
           bit_or(bitmap.bits) FILTER (WHERE facet = 'licence') AS licence_bits
      FROM bitmap
     WHERE facet = asked_facet AND value = ANY (any_values || all_values)
        OR facet = 'rollup' AND value = ANY (none_values)
        OR facet = 'split' AND value = ANY (splits)
        OR facet = 'licence' AND value = ANY (licences)
     GROUP BY bitmap.chunk_no
)
-- A bitmap that is not asked for lets every picture pass; a chunk that lacks one that is has none.
SELECT chunk_no,
       coalesce(any_bits, ~bits_of('{}')) & coalesce(all_bits, ~bits_of('{}'))
       & ~coalesce(none_bits, bits_of('{}'))
       & coalesce(split_bits, ~bits_of('{}')) & coalesce(licence_bits, ~bits_of('{}'))
  FROM labelled
 WHERE (any_bits IS NOT NULL OR any_values = '{}')
   AND all_count = cardinality(all_values)
   AND (split_bits IS NOT NULL OR splits IS NULL)
   AND (licence_bits IS NOT NULL OR licences IS NULL)
$$;

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

-- The number of one of the newest published pictures under a label, or NULL: another one for
-- another label, so that those above each other do not all show the same.
CREATE FUNCTION sampled_image_no(of_label bigint) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT chunk_no * 32000 + first - 1 + position('1' IN substr(digits, first)) - 1
      FROM (SELECT chunk_no, rtrim(bits::text, '0') AS digits
              FROM bitmap
             WHERE facet = 'rollup'
               AND value = of_label::text
             ORDER BY chunk_no DESC
             LIMIT 1) AS newest,
           LATERAL (SELECT position('1' IN digits) AS oldest) AS begun,
           LATERAL (SELECT oldest + (of_label * 7919 % (length(digits) - oldest + 1))::integer
                        AS first) AS drawn
$$;

-- The number of the newest published picture under a label, its descendants' included, or NULL.
CREATE FUNCTION newest_image_no(of_label bigint) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT chunk_no * 32000 + length(rtrim(bits::text, '0')) - 1
      FROM bitmap
     WHERE facet = 'rollup'
       AND value = of_label::text
     ORDER BY chunk_no DESC
     LIMIT 1
$$;

-- Where in a published picture a label is seen.
CREATE TABLE label_box (
    image_id    text NOT NULL,
    label_id    bigint NOT NULL,
    box_no      integer NOT NULL,
    x_min       double precision NOT NULL,
    x_max       double precision NOT NULL,
    y_min       double precision NOT NULL,
    y_max       double precision NOT NULL,
    source      text NOT NULL,
    is_group_of boolean NOT NULL DEFAULT false,
    CONSTRAINT label_box_pkey PRIMARY KEY (image_id, label_id, box_no),
    CONSTRAINT label_box_image_id_fkey FOREIGN KEY (image_id) REFERENCES image,
    CONSTRAINT label_box_label_id_fkey FOREIGN KEY (label_id) REFERENCES label,
    CONSTRAINT label_box_check CHECK (0 <= x_min AND x_min < x_max AND x_max <= 1
        AND 0 <= y_min AND y_min < y_max AND y_max <= 1)
);
CREATE INDEX label_box_label_id_idx ON label_box (label_id);

-- What came of fetching from an address: an import asks again only where it failed. `refused` is for
-- good: the address is not public, or its server said no.
CREATE TABLE url_fetch (
    url         text NOT NULL,
    status      text NOT NULL,
    http_status integer,
    error       text,
    size_bytes  bigint,
    -- Of the bytes, which lie among the landing objects until nothing needs them.
    sha256      text,
    fetched_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT url_fetch_pkey PRIMARY KEY (url),
    CONSTRAINT url_fetch_status_check CHECK (CASE status
        WHEN 'fetched' THEN num_nonnulls(sha256, size_bytes) = 2 AND error IS NULL
        WHEN 'failed' THEN sha256 IS NULL AND error IS NOT NULL
        WHEN 'refused' THEN sha256 IS NULL AND error IS NOT NULL
        ELSE false END)
);

CREATE TABLE lease (
    name         text NOT NULL,
    token        uuid NOT NULL,
    holder       text NOT NULL,
    host         text NOT NULL,
    pid          integer NOT NULL,
    since        timestamptz NOT NULL DEFAULT now(),
    heartbeat_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT lease_pkey PRIMARY KEY (name),
    -- A key, so that a transaction can keep the holder (FOR KEY SHARE) while its heart beats on.
    CONSTRAINT lease_token_key UNIQUE (token)
);

CREATE TABLE subset (
    subset_id  bigint GENERATED ALWAYS AS IDENTITY,
    name       text NOT NULL,
    root       text NOT NULL,
    images     bigint NOT NULL,
    bytes      bigint NOT NULL,
    lock_toml  text NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    note       text NOT NULL DEFAULT '',
    -- The subset that this one brought up to date.
    updated_from_id bigint,
    CONSTRAINT subset_pkey PRIMARY KEY (subset_id),
    CONSTRAINT subset_updated_from_id_fkey FOREIGN KEY (updated_from_id) REFERENCES subset
);
CREATE INDEX subset_name_idx ON subset (name, subset_id);
CREATE INDEX subset_root_idx ON subset (root, subset_id);
CREATE INDEX subset_updated_from_id_idx ON subset (updated_from_id);

CREATE TABLE subset_share (
    subset_id bigint NOT NULL,
    user_id   bigint NOT NULL,
    shared_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT subset_share_pkey PRIMARY KEY (subset_id, user_id),
    CONSTRAINT subset_share_subset_id_fkey FOREIGN KEY (subset_id) REFERENCES subset,
    CONSTRAINT subset_share_user_id_fkey FOREIGN KEY (user_id) REFERENCES hub_user
);
CREATE INDEX subset_share_user_id_idx ON subset_share (user_id);

-- A user's download of an archive, over however many requests: complete once all was sent.
CREATE TABLE download (
    download_id  bigint GENERATED ALWAYS AS IDENTITY,
    user_id      bigint NOT NULL,
    root         text NOT NULL,
    size_bytes   bigint NOT NULL,
    sent         int8multirange NOT NULL DEFAULT '{}',
    started_at   timestamptz NOT NULL DEFAULT now(),
    completed_at timestamptz,
    CONSTRAINT download_pkey PRIMARY KEY (download_id),
    CONSTRAINT download_user_id_fkey FOREIGN KEY (user_id) REFERENCES hub_user
);
CREATE UNIQUE INDEX download_one_open_idx ON download (user_id, root) WHERE completed_at IS NULL;
CREATE INDEX download_root_idx ON download (root);

-- Somebody signed in by a browser; gone once they sign out.
CREATE TABLE session (
    session_id    text NOT NULL,
    user_id       bigint NOT NULL,
    secret_sha256 text NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    expires_at    timestamptz NOT NULL,
    CONSTRAINT session_pkey PRIMARY KEY (session_id),
    CONSTRAINT session_user_id_fkey FOREIGN KEY (user_id) REFERENCES hub_user
);
CREATE INDEX session_user_id_idx ON session (user_id);
CREATE INDEX session_expires_at_idx ON session (expires_at);

-- Lets one person become a user of a role.
CREATE TABLE invitation (
    invitation_id text NOT NULL,
    secret_sha256 text NOT NULL,
    role          text NOT NULL,
    email         text,
    created_by    text NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    expires_at    timestamptz NOT NULL,
    used_by_id    bigint,
    used_at       timestamptz,
    CONSTRAINT invitation_pkey PRIMARY KEY (invitation_id),
    CONSTRAINT invitation_used_by_id_fkey FOREIGN KEY (used_by_id) REFERENCES hub_user,
    CONSTRAINT invitation_role_check
        CHECK (role IN ('supplier', 'data_scientist', 'premium', 'labeller', 'ops')),
    CONSTRAINT invitation_used_check CHECK (num_nonnulls(used_by_id, used_at) IN (0, 2))
);
CREATE INDEX invitation_used_by_id_idx ON invitation (used_by_id);

-- Lets a user whose address got it set a new password, once.
CREATE TABLE password_reset (
    reset_id      text NOT NULL,
    user_id       bigint NOT NULL,
    secret_sha256 text NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    expires_at    timestamptz NOT NULL,
    used_at       timestamptz,
    CONSTRAINT password_reset_pkey PRIMARY KEY (reset_id),
    CONSTRAINT password_reset_user_id_fkey FOREIGN KEY (user_id) REFERENCES hub_user
);
CREATE INDEX password_reset_user_id_idx ON password_reset (user_id);

-- Mail to send: written with what it tells of, sent after that was committed.
CREATE TABLE outbox (
    mail_id    bigint GENERATED ALWAYS AS IDENTITY,
    -- Of what it tells: the same is never told twice.
    mail_key   text NOT NULL,
    recipient  text NOT NULL,
    subject    text NOT NULL,
    body       text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    sent_at    timestamptz,
    attempts   integer NOT NULL DEFAULT 0,
    error      text,
    CONSTRAINT outbox_pkey PRIMARY KEY (mail_id),
    CONSTRAINT outbox_mail_key_key UNIQUE (mail_key)
);
CREATE INDEX outbox_unsent_idx ON outbox (mail_id) WHERE sent_at IS NULL;

-- Files that a browser brings before they are submitted.
CREATE TABLE upload (
    upload_id  text NOT NULL,
    user_id    bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    receipt_no bigint,
    -- What its submission was answered; NULL while it is open.
    answer     jsonb,
    CONSTRAINT upload_pkey PRIMARY KEY (upload_id),
    CONSTRAINT upload_user_id_fkey FOREIGN KEY (user_id) REFERENCES hub_user,
    CONSTRAINT upload_receipt_no_fkey FOREIGN KEY (receipt_no) REFERENCES receipt
);
CREATE INDEX upload_user_id_idx ON upload (user_id);
CREATE INDEX upload_receipt_no_idx ON upload (receipt_no);
CREATE INDEX upload_created_at_idx ON upload (created_at) WHERE answer IS NULL;

CREATE TABLE upload_file (
    upload_id  text NOT NULL,
    path       text NOT NULL,
    sha256     text NOT NULL,
    size_bytes bigint NOT NULL,
    -- What its check found, as hub.judging encodes it; NULL until then.
    checked    bytea,
    CONSTRAINT upload_file_pkey PRIMARY KEY (upload_id, path),
    CONSTRAINT upload_file_upload_id_fkey
        FOREIGN KEY (upload_id) REFERENCES upload ON DELETE CASCADE
);
CREATE INDEX upload_file_sha256_idx ON upload_file (sha256);

-- Work that takes long: asked for on the site or by a command, and what became of it.
CREATE TABLE job (
    job_id       bigint GENERATED ALWAYS AS IDENTITY,
    -- `run`, a stage, `compact`, `vacuum`, `verify`, `export`.
    command      text NOT NULL,
    arguments    jsonb NOT NULL DEFAULT '{}',
    status       text NOT NULL DEFAULT 'queued',
    requested_by text NOT NULL,
    requested_at timestamptz NOT NULL DEFAULT now(),
    retry_of_id  bigint,
    started_at   timestamptz,
    ended_at     timestamptz,
    -- Where it runs: a process that is gone without a word has failed.
    host         text,
    pid          integer,
    progress     text NOT NULL DEFAULT '',
    error        text,
    result       jsonb,
    CONSTRAINT job_pkey PRIMARY KEY (job_id),
    CONSTRAINT job_retry_of_id_fkey FOREIGN KEY (retry_of_id) REFERENCES job,
    CONSTRAINT job_status_check CHECK (CASE status
        WHEN 'queued' THEN num_nonnulls(started_at, ended_at, error) = 0
        WHEN 'running' THEN started_at IS NOT NULL AND num_nonnulls(ended_at, error) = 0
        WHEN 'succeeded' THEN num_nonnulls(started_at, ended_at) = 2 AND error IS NULL
        WHEN 'failed' THEN num_nonnulls(started_at, ended_at, error) = 3
        WHEN 'cancelled' THEN ended_at IS NOT NULL
        ELSE false END)
);
CREATE INDEX job_status_idx ON job (status, job_id) WHERE status IN ('queued', 'running');
-- Asking twice for the same, before it was begun, is asking once.
CREATE UNIQUE INDEX job_one_queued_idx ON job (command, arguments) WHERE status = 'queued';
CREATE INDEX job_retry_of_id_idx ON job (retry_of_id);

-- A picture, or one of its labels, that somebody holds to be wrong.
CREATE TABLE report (
    report_id   bigint GENERATED ALWAYS AS IDENTITY,
    image_id    text NOT NULL,
    -- NULL: the picture itself.
    label_id    bigint,
    reason      text NOT NULL,
    note        text NOT NULL DEFAULT '',
    reported_by_id bigint NOT NULL,
    reported_at timestamptz NOT NULL DEFAULT now(),
    -- `upheld`: the reporter is right; `rejected`: the label, or the picture, stays.
    resolution  text,
    resolved_by text,
    resolved_at timestamptz,
    CONSTRAINT report_pkey PRIMARY KEY (report_id),
    CONSTRAINT report_image_id_fkey FOREIGN KEY (image_id) REFERENCES image,
    CONSTRAINT report_label_id_fkey FOREIGN KEY (label_id) REFERENCES label,
    CONSTRAINT report_reported_by_id_fkey FOREIGN KEY (reported_by_id) REFERENCES hub_user,
    CONSTRAINT report_resolution_check CHECK (resolution IN ('upheld', 'rejected')),
    CONSTRAINT report_resolved_check CHECK (num_nonnulls(resolution, resolved_by, resolved_at) IN (0, 3))
);
CREATE UNIQUE INDEX report_one_open_idx
    ON report (image_id, coalesce(label_id, 0), reported_by_id) WHERE resolved_at IS NULL;
CREATE INDEX report_open_idx ON report (report_id) WHERE resolved_at IS NULL;
CREATE INDEX report_image_id_idx ON report (image_id);
CREATE INDEX report_label_id_idx ON report (label_id);
CREATE INDEX report_reported_by_id_idx ON report (reported_by_id);

-- A training that a user asked for, and how it goes.
CREATE TABLE training (
    training_id  bigint GENERATED ALWAYS AS IDENTITY,
    requested_by_id bigint NOT NULL,
    requested_at timestamptz NOT NULL DEFAULT now(),
    -- Of the subset's manifest; NULL while its labels wait for more pictures.
    root         text,
    recipe       jsonb NOT NULL,
    -- As hub.rules.trainings.Options.
    options      jsonb NOT NULL DEFAULT '{}',
    status       text NOT NULL DEFAULT 'queued',
    started_at   timestamptz,
    ended_at     timestamptz,
    run_folder   text,
    -- val_accuracy, accuracy, loss, val_loss, images, images_per_second.
    metrics      jsonb NOT NULL DEFAULT '{}',
    error        text,
    -- Counts the supervisors that took it: what an earlier one says is not believed any more.
    attempt      integer NOT NULL DEFAULT 0,
    -- When its supervisor said last that it lives.
    beat_at      timestamptz,
    cancel_asked_at timestamptz,
    -- The training whose weights this one is to reach again.
    reproduces_id bigint,
    -- When it had waited long enough for pictures; NULL: it still waits, or never did.
    ready_at     timestamptz,
    -- When the mail of that was written, and when its user saw it on the site.
    told_at      timestamptz,
    seen_at      timestamptz,
    CONSTRAINT training_pkey PRIMARY KEY (training_id),
    CONSTRAINT training_requested_by_id_fkey FOREIGN KEY (requested_by_id) REFERENCES hub_user,
    CONSTRAINT training_reproduces_id_fkey FOREIGN KEY (reproduces_id) REFERENCES training,
    CONSTRAINT training_status_check CHECK
        (status IN ('waiting', 'queued', 'running', 'succeeded', 'failed', 'cancelled')),
    CONSTRAINT training_root_check CHECK (status IN ('waiting', 'cancelled') OR root IS NOT NULL)
);
CREATE INDEX training_requested_by_id_idx ON training (requested_by_id, training_id);
CREATE INDEX training_status_idx ON training (status, training_id);
CREATE INDEX training_reproduces_id_idx ON training (reproduces_id);
CREATE INDEX training_untold_idx ON training (training_id)
    WHERE ready_at IS NOT NULL AND told_at IS NULL;
CREATE INDEX training_unseen_idx ON training (requested_by_id, training_id)
    WHERE ready_at IS NOT NULL AND seen_at IS NULL;

CREATE TABLE training_epoch (
    training_id  bigint NOT NULL,
    epoch        integer NOT NULL,
    loss         double precision,
    accuracy     double precision,
    val_loss     double precision,
    val_accuracy double precision,
    images_per_second double precision,
    ended_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT training_epoch_pkey PRIMARY KEY (training_id, epoch),
    CONSTRAINT training_epoch_training_id_fkey FOREIGN KEY (training_id) REFERENCES training
);

CREATE TABLE model (
    model_id     text NOT NULL,
    training_id  bigint NOT NULL,
    name         text NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    object_key   text NOT NULL,
    size_bytes   bigint NOT NULL,
    sha256       text NOT NULL,
    -- Names in the order of the outputs.
    classes      text[] NOT NULL,
    metrics      jsonb NOT NULL DEFAULT '{}',
    -- Rows: the true class; columns: the predicted one.
    confusion    jsonb,
    -- As the run's report.json: scores of each label, calibration, worst mistakes.
    report       jsonb NOT NULL DEFAULT '{}',
    -- Of the names, shapes and values of its weights, whatever file they lie in.
    weights_sha256 text NOT NULL DEFAULT '',
    CONSTRAINT model_pkey PRIMARY KEY (model_id),
    CONSTRAINT model_training_id_fkey FOREIGN KEY (training_id) REFERENCES training
);
CREATE INDEX model_training_id_idx ON model (training_id);

-- Pictures that a training used, 32,000 numbers a chunk as in `bitmap`.
CREATE TABLE training_image (
    training_id bigint NOT NULL,
    chunk_no    bigint NOT NULL,
    bits        bit(32000) NOT NULL,
    CONSTRAINT training_image_pkey PRIMARY KEY (training_id, chunk_no),
    CONSTRAINT training_image_training_id_fkey FOREIGN KEY (training_id) REFERENCES training
);
ALTER TABLE training_image ALTER COLUMN bits SET STORAGE MAIN;
CREATE INDEX training_image_chunk_no_idx ON training_image (chunk_no);

-- Who waits for more pictures of a label: demand is counted once a user and label.
CREATE TABLE watch (
    label_id   bigint NOT NULL,
    user_id    bigint NOT NULL,
    watched_at timestamptz NOT NULL DEFAULT now(),
    -- So many pictures of the label are waited for.
    least      integer NOT NULL DEFAULT 100,
    CONSTRAINT watch_pkey PRIMARY KEY (label_id, user_id),
    CONSTRAINT watch_label_id_fkey FOREIGN KEY (label_id) REFERENCES label,
    CONSTRAINT watch_user_id_fkey FOREIGN KEY (user_id) REFERENCES hub_user
);
CREATE INDEX watch_user_id_idx ON watch (user_id);

-- Published pictures by place; refreshed once a batch was published.
CREATE MATERIALIZED VIEW place_count AS
SELECT place_id, country, city, neighbourhood,
       count(*) AS images,
       count(DISTINCT supplier_id) AS suppliers,
       -- So that those of several places can be counted together, each once.
       array_agg(DISTINCT supplier_id) AS supplier_ids,
       avg(shown_lon) AS lon,
       avg(shown_lat) AS lat
  FROM image
  JOIN place USING (place_id)
  JOIN submission_file USING (file_id)
  JOIN submission USING (submission_id)
  JOIN receipt USING (receipt_no)
 WHERE image.status = 'published'
 GROUP BY place_id, country, city, neighbourhood;
CREATE UNIQUE INDEX place_count_place_id_idx ON place_count (place_id);

-- The whole hub in one row; refreshed with place_count.
CREATE MATERIALIZED VIEW hub_count AS
SELECT true AS is_only,
       (SELECT count(*) FROM image WHERE status = 'published') AS images,
       (SELECT coalesce(sum(size_bytes), 0)::bigint FROM image WHERE status = 'published') AS bytes,
       (SELECT count(DISTINCT supplier_id) FROM receipt) AS suppliers,
       (SELECT count(*) FROM label_count WHERE own > 0) AS labels,
       (SELECT count(*) FROM place_count) AS places;
CREATE UNIQUE INDEX hub_count_is_only_idx ON hub_count (is_only);
