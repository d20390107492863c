-- The places of published pictures, as they were when a batch was last published.
SELECT place_id, country, city, neighbourhood, images, supplier_ids, lon, lat
  FROM place_count
