-- A page of labels with their counts and a picture of each.
--   search      part of a folded name or alias, or NULL
--   parent_id   only those right below this label, or NULL
--   is_top      only those that are below no other
--   has_images, has_children  only such labels
--   least_trainable  only those of which at least so many pictures are trainable; 0: all
--   sort        name, newest (their newest picture came last), watched, own, images
--   evidence    supplier, or verified: what makes a picture trainable
--   skipped, most  the page
WITH counted AS (
    SELECT label_id, label.label_key, label_name.name, folded_name, own, rollup, verified,
           CASE %(evidence)s WHEN 'verified' THEN rollup_verified ELSE undisputed END AS trainable,
           (SELECT count(DISTINCT child_id) FROM label_edge WHERE parent_id = label_id) AS children,
           (SELECT count(*) FROM watch WHERE watch.label_id = label.label_id) AS watchers,
           -- One bitmap of each label is unpacked, so only where it is asked for.
           CASE %(sort)s WHEN 'newest' THEN newest_image_no(label_id) END AS newest_no
      FROM label_count
      JOIN label USING (label_id)
      JOIN label_name USING (label_id)
     WHERE NOT is_alias
       AND (%(search)s::text IS NULL OR label_id IN (
               SELECT label_id FROM label_name WHERE strpos(folded_name, %(search)s) > 0))
       AND (%(parent_id)s::bigint IS NULL OR label_id IN (
               SELECT child_id FROM label_edge WHERE parent_id = %(parent_id)s))
       AND (NOT %(is_top)s OR NOT EXISTS (
               SELECT FROM label_edge WHERE child_id = label_id))
       AND (NOT %(has_images)s OR rollup > 0)
), ranked AS (
    SELECT *,
           count(*) OVER () AS found,
           row_number() OVER (
               ORDER BY CASE %(sort)s WHEN 'newest' THEN newest_no
                                      WHEN 'watched' THEN watchers
                                      WHEN 'own' THEN own
                                      WHEN 'images' THEN rollup END DESC NULLS LAST,
                        CASE %(sort)s WHEN 'watched' THEN rollup END DESC,
                        folded_name COLLATE "C") AS rank
      FROM counted
     WHERE trainable >= %(least_trainable)s
       AND (NOT %(has_children)s OR children > 0)
), page AS (
    SELECT *, CASE %(sort)s WHEN 'newest' THEN newest_no ELSE sampled_image_no(label_id) END AS shown_no
      FROM ranked
     WHERE rank > %(skipped)s
       AND rank <= %(skipped)s::bigint + %(most)s
)
SELECT page.label_id, page.label_key AS key, page.name, page.own, page.rollup, page.verified,
       page.trainable, page.children, page.watchers, image.image_id, page.found
  FROM page
  LEFT JOIN image ON image.image_no = page.shown_no
 ORDER BY page.rank
