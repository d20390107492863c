-- What runs of trainings need: who works on them, who was told of them, which pictures they saw.

ALTER TABLE training
    -- Counts the supervisors that took it: what an earlier one says is not believed any more.
    ADD COLUMN attempt integer NOT NULL DEFAULT 0,
    -- When its supervisor said last that it lives.
    ADD COLUMN beat_at timestamptz,
    ADD COLUMN cancel_asked_at timestamptz,
    -- The training whose weights this one is to reach again.
    ADD COLUMN reproduces_id bigint,
    -- When it had waited long enough for pictures; NULL: it still waits, or never did.
    ADD COLUMN ready_at timestamptz,
    -- When the mail of that was written, and when its user saw it on the site.
    ADD COLUMN told_at timestamptz,
    ADD COLUMN seen_at timestamptz,
    ADD CONSTRAINT training_reproduces_id_fkey FOREIGN KEY (reproduces_id) REFERENCES training;
CREATE INDEX training_reproduces_id_idx ON training (reproduces_id);
CREATE INDEX training_untold_idx ON training (training_id)
    WHERE ready_at IS NOT NULL AND told_at IS NULL;
CREATE INDEX training_unseen_idx ON training (requested_by_id, training_id)
    WHERE ready_at IS NOT NULL AND seen_at IS NULL;

-- So many pictures of the label are waited for.
ALTER TABLE watch ADD COLUMN least integer NOT NULL DEFAULT 100;

ALTER TABLE model
    -- As the run's report.json: scores of each label, calibration, worst mistakes.
    ADD COLUMN report jsonb NOT NULL DEFAULT '{}',
    -- Of the names, shapes and values of its weights, whatever file they lie in.
    ADD COLUMN weights_sha256 text NOT NULL DEFAULT '';

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
