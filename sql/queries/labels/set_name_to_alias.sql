-- Make a label's name one of its aliases.
UPDATE label_name
   SET is_alias = true
 WHERE label_id = %(label_id)s
   AND NOT is_alias
