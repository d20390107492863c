-- The hub's identity and how far its two orders have come.
SELECT hub_id::text AS hub_id, place_secret, last_receipt_no, last_batch_no
  FROM hub
