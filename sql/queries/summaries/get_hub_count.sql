-- The whole hub, as it was when a batch was last published.
SELECT images, bytes, suppliers, labels
  FROM hub_count
