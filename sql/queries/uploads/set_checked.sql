-- Keep what the check of some bytes found, under every path of an upload that has them.
UPDATE upload_file
   SET checked = %(checked)s
 WHERE upload_id = %(upload_id)s
   AND sha256 = %(sha256)s
