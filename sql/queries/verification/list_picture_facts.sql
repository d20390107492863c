-- What the fingerprint covers of every published picture.
SELECT image_id, split, group_id, licence, author, source
  FROM image
 WHERE status = 'published'
