-- Let one receipt at a time be registered: what it finds of earlier ones stays so until it commits.
SELECT is_only
  FROM hub
   FOR UPDATE
