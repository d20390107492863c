-- Forget uploads, with their files, that were not submitted within a day.
DELETE FROM upload
 WHERE answer IS NULL
   AND created_at <= now() - interval '1 day'
