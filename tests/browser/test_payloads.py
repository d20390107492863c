"""Text that wants to be a script, in every name and note that a page shows: none of it runs."""

from itertools import islice, product
from urllib.parse import urlencode

import pytest

from dashboard.pages import PAGES
from hub.rules.recipes import make_recipe
from hub.services import subsets
from hub.services.accounts import add_user, issue_token
from hub.services.label_changes import add_label, alias_label

RUN = ("window.ran=1", "top.ran=1", "document.title='ran'", "alert(1)", "fetch('//x.test')")
SHAPES = (
    "<script>{0}</script>",
    "<img src=x onerror={0}>",
    "<svg/onload={0}>",
    "'-{0}-'",
    '"-{0}-"',
    "</script><script>{0}</script>",
    "<iframe srcdoc='<script>parent.{0}</script>'>",
    "javascript:{0}",
    "[x](javascript:{0})",
    '![x](x "onerror={0}")',
    "{{{{constructor.constructor('{0}')()}}}}",
    "${{{0}}}",
    "<a href=javascript:{0}>x</a>",
    "<details open ontoggle={0}>",
    "<math><mtext></mtext><script>{0}</script></math>",
    "<style>@import 'javascript:{0}'</style>",
    "<input autofocus onfocus={0}>",
    "<body onload={0}>",
    "<object data=javascript:{0}>",
    "<base href=javascript:{0}//>",
    "--><script>{0}</script>",
    "]]><script>{0}</script>",
    "<template><script>{0}</script></template>",
    "<form action=javascript:{0}><button>x</button></form>",
    "<link rel=stylesheet href=//x.test/{0}>",
    "<meta http-equiv=refresh content=0;url=javascript:{0}>",
    "\\u003cscript\\u003e{0}\\u003c/script\\u003e",
    "&lt;script&gt;{0}&lt;/script&gt;",
    "<ScRiPt>{0}</sCrIpT>",
    "<svg><animate onbegin={0} attributeName=x dur=1s>",
    "<video><source onerror={0}></video>",
    "<marquee onstart={0}>",
    "__proto__[x]={0}",
    "<x contenteditable onblur={0}>x</x>",
    "=cmd|' /C {0}'!A0",
    "%3Cscript%3E{0}%3C/script%3E",
    "<img src='x' onerror='{0}' alt='x",
    "<svg><script href='data:,{0}'/></svg>",
    "<table background=javascript:{0}>",
    "<isindex type=image src=1 onerror={0}>",
)
PAYLOADS = [shape.format(run) for shape, run in product(SHAPES, RUN)]
QUERIES = ("labels", "search", "sort", "after", "next", "root", "name", "topic", "label", "page")


def test_there_are_two_hundred_of_them():
    assert len(set(PAYLOADS)) == 200


@pytest.fixture
def poisoned(published, settings):
    """Put the payloads wherever somebody from outside may write; return what addresses need."""
    db = published.db
    payloads = iter(PAYLOADS * 5)
    labels = [
        add_label(db, f"Poison {number}", parents=["Fruit"], by="a test") for number in range(40)
    ]
    for number, label in enumerate(labels):
        alias_label(db, label.name, alias=f"Venom {number}", by="a test")
    pictures = [
        published.add(
            f"picture {number}".encode(),
            label.name,
            author=next(payloads),
            source=next(payloads),
            licence=next(payloads)[:60] if number % 4 == 0 else "CC BY 4.0",
        )
        for number, label in enumerate(labels)
    ]
    published.write_lake()
    users = [add_user(db, payload, role="ops") for payload in islice(payloads, 20)]
    for user in users:
        issue_token(db, user, name=next(payloads))
    made = [
        subsets.create(
            db,
            next(payloads),
            recipe=make_recipe({"labels": [label.name]}),
            settings=settings,
            by=users[0].name,
            note=next(payloads),
        )
        for label in labels[:20]
    ]
    poison_labels(db, payloads, labels)
    poison_rows(db, payloads, pictures, label_id=labels[0].label_id, user_id=users[0].user_id)
    db.commit()
    return {
        "/labels/<key>": f"/labels/{labels[0].label_key}",
        "<image_id>": pictures[0],
        "<root>": made[0].lock.root,
        "/submissions/<key>": "/submissions/1",
        "<topic>": "picking",
        "<training_id>": "1",
        "<model_id>": "model",
    }


def poison_labels(db, payloads, labels):
    """Give labels names that the hub would refuse: pages must not rely on that."""
    with db.cursor() as cursor:
        for label in labels:
            cursor.execute(
                "UPDATE label_name SET name = %s || label_id WHERE label_id = %s",
                (next(payloads), label.label_id),
            )


def poison_rows(db, payloads, pictures, *, label_id, user_id):
    """Write what services would take from people, rows of each table that pages show."""
    with db.cursor() as cursor:
        for picture in pictures[:15]:
            cursor.execute(
                "INSERT INTO report (image_id, label_id, reason, note, reported_by_id)"
                " VALUES (%s, NULL, %s, %s, %s)",
                (picture, next(payloads), next(payloads), user_id),
            )
        for _ in range(15):
            cursor.execute(
                "INSERT INTO job (command, status, requested_by, started_at, ended_at, error,"
                " progress) VALUES ('run', 'failed', %s, now(), now(), %s, %s)",
                (next(payloads), next(payloads), next(payloads)),
            )
            cursor.execute(
                "INSERT INTO submission_file (submission_id, path, sha256, size_bytes, licence,"
                " author, outcome, reason) VALUES (1, %s, %s, 1, %s, %s, 'rejected', %s)",
                (next(payloads), next(payloads), next(payloads), next(payloads), next(payloads)),
            )
            cursor.execute(
                "INSERT INTO decision (decided_by, action, subject) VALUES (%s, %s, %s)",
                (next(payloads), next(payloads), next(payloads)),
            )
        cursor.execute(
            "INSERT INTO place (country, city, neighbourhood) SELECT %s, %s, n::text"
            " FROM generate_series(1, 3) AS n",
            (next(payloads), next(payloads)),
        )
        cursor.execute(
            "UPDATE image SET place_id = 1, lon = 1, lat = 1, shown_lon = 1, shown_lat = 1"
        )
        cursor.execute(
            "INSERT INTO training (requested_by_id, root, recipe, status, error)"
            " VALUES (%s, %s, '{}', 'failed', %s)",
            (user_id, "0" * 64, next(payloads)),
        )
        cursor.execute(
            "INSERT INTO model (model_id, training_id, name, object_key, size_bytes, sha256,"
            " classes, confusion)"
            " SELECT 'model', training_id, %s, 'x', 1, 'x', %s, '[[1, 2], [3, 4]]' FROM training",
            (next(payloads), [next(payloads), next(payloads)]),
        )
        cursor.execute("INSERT INTO watch (label_id, user_id) VALUES (%s, %s)", (label_id, user_id))
        cursor.execute(
            "UPDATE submission_file SET outcome = 'rejected', reason = 'x'"
            " WHERE outcome = 'pending'"
        )
        cursor.execute("REFRESH MATERIALIZED VIEW place_count")
        cursor.execute("REFRESH MATERIALIZED VIEW hub_count")


def test_no_payload_runs_on_any_page(poisoned, site, visit):
    visitor = visit(site, "ops")
    dialogs = []
    visitor.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for page in PAGES:
        path = page.path
        for name, value in poisoned.items():
            path = path.replace(name, value)
        visitor.go(path)
        assert not ran(visitor), page.name
        assert dialogs == []
    # Pictures of this hub are none: what could not be drawn is no script.
    visitor.wrong[:] = [one for one in visitor.wrong if "/api/v1/images/" not in one]


def test_no_payload_of_an_address_runs(poisoned, site, visit):
    visitor = visit(site, "ops")
    shown = [page.path for page in PAGES if "<" not in page.path]
    for number, payload in enumerate(PAYLOADS[:: max(1, len(PAYLOADS) // 40)]):
        path = shown[number % len(shown)]
        visitor.go(f"{path}?{urlencode(dict.fromkeys(QUERIES, payload))}")
        assert not ran(visitor), (path, payload)
    visitor.wrong[:] = [one for one in visitor.wrong if "/api/v1/images/" not in one]


def ran(visitor):
    return visitor.page.evaluate("Boolean(window.ran) || document.title === 'ran'")


def test_a_script_that_is_in_the_page_after_all_is_refused(site, visit):
    """The policy of the pages holds also where a page would fail to escape."""
    visitor = visit(site)
    visitor.go("/help")
    visitor.page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=window.ran=1>');"
        "const script = document.createElement('script');"
        "script.textContent = 'window.ran = 1';"
        "document.body.append(script)"
    )
    visitor.page.wait_for_timeout(500)
    assert not ran(visitor)
    assert any("Content Security Policy" in one for one in visitor.wrong)
    visitor.wrong.clear()
