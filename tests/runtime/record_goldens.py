"""Records what TensorFlow 1.15.5 gives for the cases of `all_cases.py` and for its MNIST reader, into goldens.npz.

    PYTHON tests/runtime/record_goldens.py        (a Python 3.7 with tensorflow==1.15.5)

An array has the key "case|array".
"""

from __future__ import annotations

import os
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import all_cases  # noqa: E402
import golden_file  # noqa: E402
import mnist_cases  # noqa: E402


def main() -> None:
    import tensorflow as tf

    assert tf.__version__ == "1.15.5", tf.__version__
    tf.logging.set_verbosity(tf.logging.ERROR)
    arrays = {}
    for name, case in all_cases.CASES.items():
        for key, value in all_cases.run(tf, case).items():
            arrays[f"{name}|{key}"] = value
    for name, misuse in all_cases.MISUSE.items():
        arrays[f"misuse|{name}"] = np.asarray(all_cases.raised(tf, misuse))
    for key, value in mnist_cases.run(tf).items():
        arrays[f"mnist|{key}"] = value
    golden_file.save(arrays)
    print("recorded", len(all_cases.CASES), "cases,", os.path.getsize(golden_file.PATH), "bytes")


if __name__ == "__main__":
    main()
