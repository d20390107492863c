-- Subsets by recipe, shared and downloaded; boxes and verified negatives that come with files;
-- tokens, passwords, signed links and rate limits of the REST API.

-- Keys what the hub signs: links to archives.
ALTER TABLE hub ADD COLUMN link_secret text NOT NULL
    DEFAULT gen_random_uuid()::text || gen_random_uuid()::text;

-- NULL: no password, so nobody signs in by that name.
ALTER TABLE hub_user ADD COLUMN password_hash text;

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

ALTER TABLE subset
    ADD COLUMN note text NOT NULL DEFAULT '',
    -- The subset that this one brought up to date.
    ADD COLUMN updated_from_id bigint,
    ADD CONSTRAINT subset_updated_from_id_fkey FOREIGN KEY (updated_from_id) REFERENCES subset;
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

-- The same of a published picture.
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

-- Verified negatives by label, as subsets with `with_negatives` ask for them.
CREATE INDEX label_claim_negative_idx ON label_claim (label_id, image_id) WHERE value = 'negative';
