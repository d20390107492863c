"""How pictures go to a process that has a model open, and scores come back: see `predict`."""

import struct

import numpy as np

COUNT = struct.Struct("<I")
"""Pictures of a question, before their pixels."""
SCORE = np.dtype("<f4")
MOST = 256
"""Pictures of one question: memory is bounded by it."""
