-- What the site needs: sessions, invitations, mail, uploads, jobs asked for, training, reviews,
-- and sums that pages show at once.

ALTER TABLE hub_user
    -- Where mail goes to; NULL: nowhere.
    ADD COLUMN email text,
    -- When the user ended the tour of the site.
    ADD COLUMN toured_at timestamptz;
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

-- Keys what the hub signs for browsers: sessions.
ALTER TABLE hub ADD COLUMN session_secret text NOT NULL
    DEFAULT gen_random_uuid()::text || gen_random_uuid()::text;

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

-- Labels that wait for a review to confirm or refuse them.
CREATE INDEX label_claim_proposed_idx ON label_claim (claimed_at, image_id, label_id)
    WHERE value = 'proposed';

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

-- A training that a user asked for, and how it goes.
CREATE TABLE training (
    training_id  bigint GENERATED ALWAYS AS IDENTITY,
    requested_by_id bigint NOT NULL,
    requested_at timestamptz NOT NULL DEFAULT now(),
    -- Of the subset's manifest; NULL while its labels wait for more pictures.
    root         text,
    recipe       jsonb NOT NULL,
    -- Keys: ranks, epochs, side, batch, arch, launcher, minimum.
    options      jsonb NOT NULL DEFAULT '{}',
    status       text NOT NULL DEFAULT 'queued',
    started_at   timestamptz,
    ended_at     timestamptz,
    run_folder   text,
    -- val_accuracy, accuracy, loss, val_loss, images, images_per_second.
    metrics      jsonb NOT NULL DEFAULT '{}',
    error        text,
    CONSTRAINT training_pkey PRIMARY KEY (training_id),
    CONSTRAINT training_requested_by_id_fkey FOREIGN KEY (requested_by_id) REFERENCES hub_user,
    CONSTRAINT training_status_check CHECK
        (status IN ('waiting', 'queued', 'running', 'succeeded', 'failed', 'cancelled')),
    CONSTRAINT training_root_check CHECK (status IN ('waiting', 'cancelled') OR root IS NOT NULL)
);
CREATE INDEX training_requested_by_id_idx ON training (requested_by_id, training_id);
CREATE INDEX training_status_idx ON training (status, training_id);

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
    CONSTRAINT model_pkey PRIMARY KEY (model_id),
    CONSTRAINT model_training_id_fkey FOREIGN KEY (training_id) REFERENCES training
);
CREATE INDEX model_training_id_idx ON model (training_id);

-- Who waits for more pictures of a label: demand is counted once a user and label.
CREATE TABLE watch (
    label_id   bigint NOT NULL,
    user_id    bigint NOT NULL,
    watched_at timestamptz NOT NULL DEFAULT now(),
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

-- Files that were refused, the newest first.
CREATE INDEX submission_file_rejected_idx ON submission_file (file_id) WHERE outcome = 'rejected';
