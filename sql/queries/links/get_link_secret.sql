-- The key of what the hub signs.
SELECT link_secret
  FROM hub
