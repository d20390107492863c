-- not explained: it reads the table of the transaction's pick
SELECT term_id AS label_id, count(*) AS images
  FROM pick
 CROSS JOIN unnest(picked) AS term_id
 GROUP BY term_id
