"""The safetensors format: a length, a JSON head, then the numbers. Ours holds 32-bit floats alone."""

import json
import struct
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Weights = Mapping[str, Array]


def read_weights(path: Path) -> Weights:
    """The arrays of a safetensors file, by name. Those that aren't 32-bit floats are left out."""
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    head = json.loads(content[8 : 8 + length])
    return {name: _array(content, 8 + length, told) for name, told in head.items() if told.get("dtype") == "F32"}


def _array(content: bytes, start: int, told: Mapping[str, list[int]]) -> Array:
    begin, end = told["data_offsets"]
    flat = np.frombuffer(content, dtype="<f4", offset=start + begin, count=(end - begin) // 4)
    return flat.reshape(told["shape"])
