-- What the fingerprint covers of every file.
SELECT sha256, outcome, reason, duplicate_of
  FROM submission_file
