"""The machine and the versions that a result was measured with; it names no host."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

_PACKAGES = ("pyspark", "delta-spark", "pyarrow", "numpy", "pillow")


def describe_machine() -> dict[str, object]:
    """Say what decides about speed: processor, cores, memory, kernel."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(pages / 2**30, 1),
        # The release without what a distributor or a host appends to it.
        "kernel": f"{platform.system()} {platform.release().split('-')[0]}",
        "architecture": platform.machine(),
    }


def list_versions() -> dict[str, str]:
    """Name the versions of Python and of the packages that do the hub's work."""
    return {"python": platform.python_version()} | {name: version(name) for name in _PACKAGES}


def _processor() -> str:
    """The model as /proc/cpuinfo has it, with the numbers that tell models of one name apart."""
    told: dict[str, str] = {}
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, text = line.partition(":")
        told.setdefault(name.strip(), text.strip())
    model = told.get("model name", platform.processor() or "unknown")
    if "model" in told:
        model += f" (family {told.get('cpu family')}, model {told['model']})"
    return model
