-- The places of published pictures, as they were when a batch was last published; without a point
-- nothing could be shown of one.
SELECT place_id, country, city, neighbourhood, images, supplier_ids, lon, lat
  FROM place_count
 WHERE lon IS NOT NULL
