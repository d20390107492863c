import io

import pytest
from urllib3 import HTTPResponse

from hub.client.parts import WrongParts, parts_of

BODY = (
    b"\r\n--x\r\nContent-Type: application/zip\r\nContent-Range: bytes 2-4/100\r\n\r\ncde"
    b"\r\n--x\r\ncontent-range: bytes 10-13/100\r\n\r\n\r\n\r\n\r\n--x--\r\n"
)
KIND = "Multipart/ByteRanges; boundary=x"


def read(body, pieces, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response = HTTPResponse(io.BytesIO(body), headers=named, status=206, preload_content=False)
    return b"".join(parts_of(response, pieces))


def test_parts_are_read_by_their_lengths_whatever_is_in_them():
    assert read(BODY, [(2, 5), (10, 14)], Content_Type=KIND) == b"cde\r\n\r\n"


@pytest.mark.parametrize("pieces", [[(2, 5), (10, 15)], [(1, 5)], [(10, 14), (2, 5)]])
def test_other_parts_than_were_asked_for_are_refused(pieces):
    with pytest.raises(WrongParts):
        read(BODY, pieces, Content_Type=KIND)


def test_a_single_part_says_where_it_lies():
    assert read(b"cde", [(2, 5)], Content_Range="bytes 2-4/100") == b"cde"
    assert read(b"cde and more", [(2, 5)], Content_Range="bytes 2-4/100") == b"cde"
    for said in ("bytes 3-5/100", "bytes 2-4", "", "bytes */100"):
        with pytest.raises(WrongParts):
            read(b"cde", [(2, 5)], Content_Range=said)
    with pytest.raises(WrongParts):
        read(b"cde", [(2, 5), (10, 14)], Content_Range="bytes 2-4/100")


@pytest.mark.parametrize("body", [b"", b"\r\n" * 9, b"Content-Range: bytes 2-4/5", b"x" * 99999])
def test_a_body_without_parts_ends(body):
    with pytest.raises(WrongParts):
        read(body, [(2, 5), (10, 14)], Content_Type=KIND)
