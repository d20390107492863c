# Spark's session is asked for by name, so that tests without it load nothing of it.
FIXTURES = (
    "postgres",
    "api",
    "published",
    "fruit",
    "sites",
    "browsers",
    "photo_sites",
    "proxies",
    "shared",
    "spark",
    "submissions",
    "world",
    "images",
    "hubs",
    "judged",
    "imports",
    "mailbox",
)
pytest_plugins = [f"tests.fixtures.{name}" for name in FIXTURES]
