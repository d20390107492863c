import csv
import io
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import SubmitError
from hub.rules.submission_csv import OPTIONAL, REQUIRED, parse_csv
from hub.rules.submissions import Refusal, Row, check_defaults

ANN = check_defaults("ann")
# Any text a file may be called: Unicode, odd bytes as surrogates, line ends, quotes.
NAMES = st.text(
    st.characters(codec="utf-8", exclude_characters="\0") | st.characters(categories=["Cs"]),
    min_size=1,
    max_size=30,
)
PLAIN = st.text("abc é/._-", min_size=1, max_size=10).filter(str.strip)


def parse(text, defaults=ANN):
    return list(parse_csv(io.StringIO(text, newline=""), defaults=defaults))


def written(rows):
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue()


def messages(text):
    return [row.message for row in parse(text) if isinstance(row, Refusal)]


@given(st.lists(st.tuples(NAMES, PLAIN)))
def test_what_a_csv_writer_writes_is_read_back(rows):
    read = parse(written([("path", "label"), *rows]))
    assert [(row.path, row.label) for row in read] == [
        (path, label.strip()) for path, label in rows
    ]


@given(st.lists(PLAIN, max_size=5), st.text(max_size=40), st.lists(PLAIN, max_size=5))
def test_one_garbled_line_costs_no_other_line(before, garbled, after):
    # Every line end that the reader knows would make it several lines.
    garbled = "".join(garbled.splitlines())
    lines = ["path,label", *(f"{name},Apple" for name in before), garbled]
    lines += [f"{name},Apple" for name in after]
    read = [row.path for row in parse("\n".join(lines)) if isinstance(row, Row)]
    kept = [*before, *after]
    assert read == kept or (len(read) == len(kept) + 1 and read[len(before)] in garbled)


@given(st.text())
def test_any_text_is_rows_refusals_or_one_error(text):
    with suppress(SubmitError):
        parse(text)


@given(st.lists(st.lists(NAMES, min_size=9, max_size=9), max_size=4))
def test_any_values_are_a_row_or_a_refusal_each(values):
    assert len(parse(written([(*REQUIRED, *OPTIONAL), *values]))) == len(values)


def test_a_byte_order_mark_blank_lines_and_any_case_of_the_header_are_taken():
    with io.TextIOWrapper(
        io.BytesIO(b"\xef\xbb\xbf Label ,PATH\r\n\r\nApple,a.jpg\r\n"), "utf-8-sig", newline=""
    ) as lines:
        assert [row.path for row in parse_csv(lines, defaults=ANN)] == ["a.jpg"]


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("", "no column 'path'"),
        ("file,label", "no column 'path'"),
        ("path,label,license", "did you mean 'licence'"),
        ("path,label,camera", "unknown column 'camera'"),
        ("path,label,label", "twice"),
        ("p\0a\0t\0h\0", "not UTF-8"),
    ],
)
def test_a_header_that_is_none_is_an_error_that_says_what_to_write(header, said):
    with pytest.raises(SubmitError, match=said):
        parse(header + "\na.jpg,Apple\n")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("a.jpg", "1 fields where the header has 9"),
        ("a.jpg,Apple,,,,,,,,more", "10 fields"),
        (",Apple,,,,,,,", "path is empty"),
        ("a.jpg, ,,,,,,,", "label is empty"),
        ("a\0.jpg,Apple,,,,,,,", "NUL"),
        ("a.jpg,Apple,,181,0,,,,", "lon '181'"),
        ("a.jpg,Apple,,nan,0,,,,", "lon 'nan'"),
        ("a.jpg,Apple,,0,-90.1,,,,", "lat '-90.1'"),
        ("a.jpg,Apple,,4.9,,,,,", "together"),
        ("a.jpg,Apple,,,,all mine,,,", "see docs/submitting.md"),
        ("a.jpg,Apple,,,,,,javascript:alert(1),", "http"),
        ("a.jpg,Apple,,,,,,,yesterday", "ISO 8601"),
        ("a.jpg,Apple,,,,,,,9999-12-31T23:59:59Z", "1826 to 2099"),
        ("a.jpg,Apple,,,,,,,0001-01-02", "1826 to 2099"),
        ("a.jpg,Apple,,,,,,,0001-01-01T00:00:00+14:00", "ISO 8601"),
        ("a.jpg,Apple,,,,,E\x1b[31mve,,", "cannot be printed"),
        (f"a.jpg,Apple,{'x' * 101},,,,,,", "longer than 100"),
        (f"{'x' * 2001},Apple,,,,,,,", "longer than 2000 bytes"),
        (f"{'x' * 140000},Apple,,,,,,,", "field limit"),
        ('"a.jpg,Apple,,,,,,,', "unexpected end of data|quote"),
        ('"a.jpg"x,Apple,,,,,,,', "expected after"),
    ],
)
def test_a_wrong_row_is_refused_by_its_line_and_the_next_is_read(line, said):
    header = "path,label,supplier,lon,lat,licence,author,source_url,taken_at"
    read = parse(f"{header}\nb.jpg,Apple,,,,,,,\n{line}\nc.jpg,Apple,,,,,,,\n")
    assert [row.path for row in read if isinstance(row, Row)] == ["b.jpg", "c.jpg"]
    [refused] = [row for row in read if isinstance(row, Refusal)]
    assert refused.message.startswith("line 3: ")
    with pytest.raises(AssertionError, match=said):
        raise AssertionError(refused.message)


def test_values_are_brought_to_one_form():
    [row] = parse(
        "path,label,lon,lat,licence,taken_at\n"
        "a.jpg, teddy_bear ,-180,90,https://creativecommons.org/licenses/by/2.0/,2024-05-01\n"
    )
    assert (row.label, row.lon, row.lat, row.licence) == ("teddy_bear", -180.0, 90.0, "CC BY 2.0")
    assert row.taken_at == datetime(2024, 5, 1, tzinfo=UTC)


def test_what_a_row_leaves_empty_is_what_the_call_says():
    call = check_defaults("ann", licence="MIT", author="Eve", lon="4.9", lat="52.4")
    own, other = parse("path,label,supplier,lon,lat\na,Apple,,,\nb,Apple,bob,0,0\n", call)
    assert (own.supplier, own.author, own.licence, own.lon) == ("ann", "Eve", "MIT", 4.9)
    assert (other.supplier, other.author, other.lon, other.lat) == ("bob", "Eve", 0.0, 0.0)


def test_an_open_quote_is_told_without_reading_the_whole_table():
    ahead = iter(["path,label\n", *('a""","x\n' for _ in range(20_000))])
    first = next(parse_csv(ahead, defaults=ANN))
    assert first.message == "line 2: a quote is not closed"
    assert len(list(ahead)) > 19_800


def test_an_open_quote_before_long_lines_is_told_soon():
    ahead = iter(["path,label\n", '"a,x\n', *("b" * 10_000 + "\n" for _ in range(50))])
    assert next(parse_csv(ahead, defaults=ANN)).message == "line 2: a quote is not closed"
    assert len(list(ahead)) > 40


def test_a_value_of_many_lines_is_one_value():
    name = "\n".join("abc" for _ in range(100))
    [row] = parse(written([("path", "label"), (name, "Apple")]))
    assert row.path == name


def test_a_table_of_wrong_rows_is_one_error():
    read = parse("path,label\n" + "a\n" * 10_000 + "b,Apple\n")
    assert len(read) == 10_001
    with pytest.raises(SubmitError, match=r"more than 10,000 wrong rows.*nothing.*line 10002: 1 f"):
        parse("path,label\n" + "a\n" * 10_000 + "a\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "is empty"), ("\n", "is empty"), ("path;label\na.jpg;Apple\n", "semicolons")],
)
def test_an_empty_table_and_one_with_semicolons_are_told_by_name(text, said):
    with pytest.raises(SubmitError, match=said):
        parse(text)
