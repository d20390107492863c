"""The hub from Python, over HTTP: pick, count, lock, pull, iterate; no Spark, no TensorFlow."""

from hub.client.folders import open_folder
from hub.client.hub import Hub, Label, Pick
from hub.client.subsets import RemoteSubset, Subset

__all__ = ["Hub", "Label", "Pick", "RemoteSubset", "Subset", "open_folder"]
