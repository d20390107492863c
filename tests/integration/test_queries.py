from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "sql" / "queries"
PACKAGES = ["hub", "jobs", "dashboard", "cluster"]
NOT_EXPLAINED = "-- not explained: "

each_query = pytest.mark.parametrize(
    "path", sorted(FOLDER.rglob("*.sql")), ids=lambda p: p.relative_to(FOLDER).as_posix()
)


@each_query
def test_plans_against_the_schema(db, path):
    text = path.read_text()
    if text.startswith(NOT_EXPLAINED):
        return
    every_parameter_null = defaultdict(lambda: None)
    with db.cursor() as cursor:
        cursor.execute("EXPLAIN " + text, every_parameter_null)


@each_query
def test_is_run_from_the_module_its_folder_names(path):
    name = path.relative_to(FOLDER).with_suffix("").as_posix()
    callers = [
        module.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for module in (ROOT / package).rglob("*.py")
        if f'"{name}"' in module.read_text()
    ]
    folder = path.parent.name
    # The runner of migrations stands beside the catalogue, which it makes.
    owner = "hub/migrations.py" if folder == "migrations" else f"hub/catalogue/{folder}.py"
    assert callers == [owner]
