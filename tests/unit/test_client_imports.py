import subprocess
import sys

HEAVY = {
    *("pyspark", "tensorflow", "pandas", "pyarrow", "deltalake", "psycopg2"),
    *("flask", "werkzeug", "click", "gunicorn", "pydantic"),
}
CODE = "import sys, hub.client; print(*{name.partition('.')[0] for name in sys.modules})"


def test_the_client_loads_no_engine_no_server_and_no_database():
    loaded = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, check=True
    )
    names = set(loaded.stdout.split())
    assert "urllib3" in names
    assert names & HEAVY == set()
