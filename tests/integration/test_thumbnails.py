import hashlib
import io

import pytest
from PIL import Image

from hub.lake.indexes import forget_index, load_index
from hub.lake.packs import COLUMNS, PackWriter, pack_path, shared_packs
from hub.rules.pixels import decode_upright
from hub.rules.publishing import strip
from hub.rules.thumbnails import thumbnails_of
from tests.fixtures.api import Api, pack
from tests.fixtures.pictures import camera_exif, drawn, encoded


@pytest.fixture
def of_one(published, settings):
    """Ask for thumbnails of a hub with one picture, which lies on its side and is in no pack."""
    content = strip(encoded(drawn(640, 480), exif=camera_exif(6))).content
    published.add(content, "Bear")
    published.write_lake()
    return Api(settings), content, hashlib.sha256(content).hexdigest()


def thumbnail(api, image_id, *, side=None, **options):
    query = {"side": side} if side else {}
    return api.nobody.get(f"/images/{image_id}/thumbnail", query_string=query, **options)


def test_a_thumbnail_comes_from_the_pack_that_has_it(api, published):
    [(image_id,)] = api.run("SELECT image_id FROM image ORDER BY image_id LIMIT 1")
    root = api.settings.objects_root
    with PackWriter(pack_path(root, "one", pack=7)) as writer:
        writer.add(image_id, thumbnail_299=b"larger", thumbnail_100=b"smaller", look=b"")
    pack_path(root, "one", pack=0).unlink()
    assert thumbnail(api, image_id).data == b"larger"
    assert thumbnail(api, image_id, side=100).data == b"smaller"


def test_what_no_pack_has_is_made_upright_from_the_published_bytes(of_one):
    api, content, image_id = of_one
    made = thumbnails_of(decode_upright(strip(content)))
    for side, expected in ((299, made.px_299), (100, made.px_100)):
        answer = thumbnail(api, image_id, side=side)
        shown = Image.open(io.BytesIO(answer.data))
        assert (answer.mimetype, shown.format) == ("image/jpeg", "JPEG")
        assert shown.size == Image.open(io.BytesIO(expected)).size == (round(side * 3 / 4), side)


def test_a_damaged_pack_is_passed_over(of_one):
    api, _, image_id = of_one
    packed = pack(api.settings, [image_id])
    assert thumbnail(api, image_id).data == packed
    path = pack_path(api.settings.objects_root, "one", pack=0)
    place = load_index(path, COLUMNS).find([image_id], "thumbnail_299")[0]
    content = bytearray(path.read_bytes())
    content[place.offset + 50] ^= 255
    path.write_bytes(content)
    assert thumbnail(api, image_id).data.startswith(b"\xff\xd8")
    assert thumbnail(api, image_id).data != packed


def test_a_pack_that_came_later_is_seen(of_one):
    api, _, image_id = of_one
    root = api.settings.objects_root
    assert shared_packs(root).find("one", image_id, "thumbnail_299") is None
    packed = pack(api.settings, [image_id])
    forget_index(pack_path(root, "one", pack=0))
    assert shared_packs(root).find("one", image_id, "thumbnail_299") == packed


def test_a_picture_that_cannot_be_decoded_has_none(published, settings):
    image_id = published.add(b"no picture at all", "Bear")
    published.write_lake()
    answer = thumbnail(Api(settings), image_id)
    assert answer.status_code == 404
    assert "cannot be read" in answer.json["detail"]


def test_a_picture_whose_bytes_are_gone_has_none(published, settings):
    image_id = published.add(encoded(drawn()), "Bear")
    published.db.commit()
    assert thumbnail(Api(settings), image_id).status_code == 404


def test_a_picture_that_was_withdrawn_has_none(api):
    [(image_id,)] = api.run("SELECT image_id FROM image LIMIT 1")
    assert thumbnail(api, image_id).status_code == 200
    api.run("UPDATE image SET status = 'withdrawn' WHERE image_id = %s", image_id)
    assert thumbnail(api, image_id).status_code == 404


def test_a_browser_keeps_it_and_asks_whether_it_is_the_same(api):
    [(image_id,)] = api.run("SELECT image_id FROM image LIMIT 1")
    answer = thumbnail(api, image_id)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    again = thumbnail(api, image_id, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = thumbnail(api, image_id, side=100, headers={"If-None-Match": answer.headers["ETag"]})
    assert other.status_code == 200


def test_what_only_those_see_who_signed_in_is_not_kept_for_long(api):
    [(image_id,)] = api.run("SELECT image_id FROM image LIMIT 1")
    closed = api.with_settings(anonymous="none").person("eve")
    for path in (f"/images/{image_id}/thumbnail", f"/duplicates/{api.repeated()}/thumbnail"):
        answer = closed.get(path)
        assert answer.headers["Cache-Control"] == "private, max-age=300", path
        assert answer.headers["Vary"] == "Authorization, Cookie"
        again = closed.get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("side", ["0", "298", "x", ""])
def test_other_sides_are_refused(api, side):
    [(image_id,)] = api.run("SELECT image_id FROM image LIMIT 1")
    answer = api.nobody.get(f"/images/{image_id}/thumbnail?side={side}")
    assert answer.status_code == 422


def test_a_closed_hub_shows_none(api):
    [(image_id,)] = api.run("SELECT image_id FROM image LIMIT 1")
    closed = api.with_settings(anonymous="none")
    assert thumbnail(closed, image_id).status_code == 401
    assert closed.person("eve").get(f"/images/{image_id}/thumbnail").status_code == 200


def test_a_file_that_repeats_a_picture_is_shown_to_who_signed_in(api):
    address = f"/duplicates/{api.repeated()}/thumbnail"
    assert api.nobody.get(address).status_code == 401
    eve = api.person("eve")
    assert eve.get(address).data.startswith(b"\xff\xd8")
    api.run("UPDATE image SET status = 'withdrawn'")
    assert eve.get(address).status_code == 404
    assert eve.get("/duplicates/1/thumbnail").status_code == 404


def test_a_file_whose_pack_is_gone_has_no_thumbnail(api):
    pack_path(api.settings.objects_root, "one", pack=0).unlink()
    answer = api.person("eve").get(f"/duplicates/{api.repeated()}/thumbnail")
    assert (answer.status_code, "any more" in answer.json["detail"]) == (404, True)
