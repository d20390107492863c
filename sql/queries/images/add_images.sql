-- Put published pictures in the catalogue; one that is there stays as it is.
INSERT INTO image (image_id, file_id, batch_no, label_key, split, group_id, format, width_px, height_px,
                   size_bytes, crc32, licence, author, source, taken_at,
                   lon, lat, shown_lon, shown_lat, place_id,
                   rule_version, brightness_p5, brightness_p99, information, sharpness, is_grey)
SELECT image_id, file_id, %(batch_no)s, label_key, split, group_id, format, width_px, height_px,
       size_bytes, crc32, licence, author, source, taken_at,
       lon, lat, shown_lon, shown_lat, place_id,
       rule_version, brightness_p5, brightness_p99, information, sharpness, is_grey
  FROM unnest(%(image_id)s::text[], %(file_id)s::bigint[], %(label_key)s::text[], %(split)s::text[],
              %(group_id)s::text[], %(format)s::text[], %(width_px)s::int[], %(height_px)s::int[],
              %(size_bytes)s::bigint[], %(crc32)s::bigint[], %(licence)s::text[], %(author)s::text[],
              %(source)s::text[], %(taken_at)s::timestamptz[], %(lon)s::float[], %(lat)s::float[],
              %(shown_lon)s::float[], %(shown_lat)s::float[],
              %(country)s::text[], %(city)s::text[], %(neighbourhood)s::text[],
              %(rule_version)s::int[], %(brightness_p5)s::float[], %(brightness_p99)s::float[],
              %(information)s::float[], %(sharpness)s::float[], %(is_grey)s::bool[])
       AS published (image_id, file_id, label_key, split, group_id, format, width_px, height_px,
                     size_bytes, crc32, licence, author, source, taken_at, lon, lat,
                     shown_lon, shown_lat, country, city, neighbourhood,
                     rule_version, brightness_p5, brightness_p99, information, sharpness, is_grey)
  LEFT JOIN place USING (country, city, neighbourhood)
ON CONFLICT (image_id) DO NOTHING
