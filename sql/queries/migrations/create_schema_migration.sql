-- not explained: a utility statement; what it makes is needed before the first migration
CREATE TABLE IF NOT EXISTS schema_migration (
    name       text NOT NULL,
    -- Of the migration's text: a migration that is applied is never edited.
    sha256     text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT schema_migration_pkey PRIMARY KEY (name)
)
