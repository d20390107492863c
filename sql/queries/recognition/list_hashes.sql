-- Every perceptual hash that a picture of the hub can be recognised by.
SELECT image_id, hash
  FROM image_hash
