"""The file of recorded arrays: one block of bytes with an index, much smaller than one zip entry per
array.
"""

from __future__ import annotations

import json
import os

import numpy as np

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "goldens.npz")


def save(arrays: dict[str, np.ndarray], path: str = PATH) -> None:
    """Writes arrays by name."""
    index, blocks, start = {}, [], 0
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        block = array.tobytes()
        index[name] = [array.dtype.str, list(np.asarray(arrays[name]).shape), start]
        blocks.append(block)
        start += len(block)
    np.savez_compressed(path, index=np.array(json.dumps(index)), bytes=np.frombuffer(b"".join(blocks), dtype=np.uint8))


def load(path: str = PATH) -> dict[str, np.ndarray]:
    """Reads what `save` wrote."""
    with np.load(path) as file:
        index, block = json.loads(str(file["index"])), file["bytes"].tobytes()
    return {
        name: np.frombuffer(block, np.dtype(kind), int(np.prod(shape)), start).reshape(shape)
        for name, (kind, shape, start) in index.items()
    }
