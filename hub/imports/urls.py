"""Import `urls`: a list of addresses, one a line, or a CSV `url[,label,licence,author]`."""

from collections.abc import Iterator

from hub.imports.found import Found, Order, Said, Unusable
from hub.imports.texts import read_rows
from hub.rules.submissions import Malformed, check_path, check_url

_COLUMNS = ("url", "label", "licence", "author")


def read(order: Order) -> Iterator[Found | Unusable]:
    """Yield what each line names, still to be fetched; several lines of one address are one picture
    with several labels. Raises FormatError."""
    columns: tuple[str, ...] = _COLUMNS
    found: dict[str, tuple[list[Said], dict[str, str]]] = {}
    for line_no, row in read_rows(order.path):
        if line_no == 1 and row[0].strip().lower() == "url":
            columns = tuple(name.strip().lower() for name in row)
            continue
        said = dict(zip(columns, (cell.strip() for cell in row), strict=False))
        if said.get("url", "").startswith("#"):
            continue
        try:
            url = check_path(check_url(said.get("url", "")))
            if len(row) > len(columns):
                raise Malformed(f"{len(row)} fields where {len(columns)} are expected")
        except Malformed as error:
            message = f"line {line_no}: {error}"
            yield Unusable(said.get("url", ""), said.get("label", ""), error.reason, message)
            continue
        labels, given = found.setdefault(url, ([], {"source_url": url}))
        if said.get("label"):
            labels.append(Said(said["label"]))
        for name in ("licence", "author"):
            given.setdefault(name, said.get(name, ""))
    for url, (labels, given) in found.items():
        yield Found(url, "", labels=tuple(dict.fromkeys(labels)), given=given)
