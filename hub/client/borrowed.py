"""Packages that only some calls need, and that need not be installed."""

from importlib import import_module
from typing import Any

from hub.errors import PackageMissing


def borrow(package: str, *, call: str, install: str = "") -> Any:
    """Import a package. Raises PackageMissing that says how to install it."""
    try:
        return import_module(package)
    except ModuleNotFoundError as error:
        if error.name != package:
            raise
        raise PackageMissing(
            f"{call} needs the package {package}: `pip install {install or package}`."
        ) from error
