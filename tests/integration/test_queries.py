from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from hub.db import connect
from tests.fixtures.postgres import copy_of

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "sql" / "queries"
PACKAGES = ["hub", "jobs", "dashboard", "cluster"]
NOT_EXPLAINED = "-- not explained: "

each_query = pytest.mark.parametrize(
    "path", sorted(FOLDER.rglob("*.sql")), ids=lambda p: p.relative_to(FOLDER).as_posix()
)


@pytest.fixture(scope="module")
def unchanged(server_url, template):
    """One catalogue for all queries: to plan is not to run."""
    with copy_of(template, server_url) as url, connect(url) as db:
        yield db


@pytest.fixture
def db(unchanged):
    yield unchanged
    unchanged.rollback()


@each_query
def test_plans_against_the_schema(db, path):
    text = path.read_text()
    if text.startswith(NOT_EXPLAINED):
        return
    every_parameter_null = defaultdict(lambda: None)
    with db.cursor() as cursor:
        cursor.execute("EXPLAIN " + text, every_parameter_null)


@cache
def modules():
    return [
        (module.relative_to(ROOT).as_posix(), module.read_text())
        for package in PACKAGES
        for module in (ROOT / package).rglob("*.py")
    ]


@each_query
def test_is_run_from_the_module_its_folder_names(path):
    name = path.relative_to(FOLDER).with_suffix("").as_posix()
    callers = [module for module, text in modules() if f'"{name}"' in text]
    folder = path.parent.name
    # The runner of migrations stands beside the catalogue, which it makes.
    owner = "hub/migrations.py" if folder == "migrations" else f"hub/catalogue/{folder}.py"
    assert callers == [owner]
