-- Keep when a user ended the tour.
UPDATE hub_user
   SET toured_at = coalesce(toured_at, now())
 WHERE user_id = %(user_id)s
