-- The first and the third quartile of the sizes of the hub's pictures: roots of width times height.
WITH quartiles AS (
    SELECT percentile_cont(ARRAY[0.25, 0.75])
               WITHIN GROUP (ORDER BY sqrt(width_px::float * height_px)) AS px
      FROM image
     WHERE status = 'published'
)
SELECT px[1] AS first_px, px[2] AS third_px
  FROM quartiles
