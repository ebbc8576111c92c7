"""Records what TensorFlow 1.15.5 gives for the cases of `all_cases.py` and for its MNIST reader, into goldens.npz.

    PYTHON tests/runtime/record_goldens.py [SUBSTRING]        (a Python 3.7 with tensorflow==1.15.5)

An array has the key "case|array". With SUBSTRING only the cases whose names hold it are recorded anew; the
others stay as they are.
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
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    arrays = golden_file.load() if wanted else {}
    for name, case in all_cases.CASES.items():
        if wanted in name:
            for key in [k for k in arrays if k.startswith(name + "|")]:
                del arrays[key]
            for key, value in all_cases.run(tf, case).items():
                arrays[f"{name}|{key}"] = value
    for name, misuse in all_cases.MISUSE.items():
        if wanted in name:
            arrays[f"misuse|{name}"] = np.asarray(all_cases.raised(tf, misuse))
    if not wanted:
        for key, value in mnist_cases.run(tf).items():
            arrays[f"mnist|{key}"] = value
    golden_file.save(arrays)
    print("recorded", len(all_cases.CASES), "cases,", os.path.getsize(golden_file.PATH), "bytes")


if __name__ == "__main__":
    main()
