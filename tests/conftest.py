# Spark's session is asked for by name, so that tests without it load nothing of it.
FIXTURES = (
    "shared",
    "judged",
    "postgres",
    "api",
    "published",
    "fruit",
    "sites",
    "browsers",
    "photo_sites",
    "proxies",
    "spark",
    "submissions",
    "world",
    "images",
    "hubs",
    "imports",
    "mailbox",
    "trainings",
)
pytest_plugins = [f"tests.fixtures.{name}" for name in FIXTURES]
