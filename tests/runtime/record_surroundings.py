"""Records what TensorFlow 1.15.5 gives for `surroundings_cases.py`, and the signatures of its names there.

    PYTHON tests/runtime/record_surroundings.py        (a Python 3.7 with tensorflow==1.15.5 and scipy)
"""

from __future__ import annotations

import inspect
import json
import os
import sys
import tempfile

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import golden_file  # noqa: E402
import surroundings_cases as cases  # noqa: E402

MODULES = (
    "contrib.data contrib.learn.datasets.base contrib.learn.preprocessing contrib.lookup contrib.metrics contrib.opt "
    "contrib.slim.evaluation contrib.slim.learning contrib.slim.model_analyzer contrib.slim.queues "
    "contrib.slim.summaries contrib.tensorboard.plugins.projector contrib.training"
).split()


def signatures(tf):
    from tensorflow.python.util import tf_inspect

    found = {}
    for path in MODULES:
        module = tf
        for part in path.split("."):
            module = getattr(module, part)
        for name in dir(module):
            thing = getattr(module, name)
            if name.startswith("_") or not callable(thing):
                continue
            try:
                spec = tf_inspect.getfullargspec(thing.__init__ if inspect.isclass(thing) else thing)
            except TypeError:
                continue
            found["{}.{}".format(path, name)] = [a for a in spec.args if a != "self"]  # noqa: UP032
    return found


def main():
    import tensorflow as tf

    assert tf.__version__ == "1.15.5", tf.__version__
    tf.logging.set_verbosity(tf.logging.ERROR)
    arrays = {}
    for name in cases.PROGRAMS:
        with tempfile.TemporaryDirectory() as folder:
            for key, value in cases.run(tf, name, folder).items():
                arrays["{}|{}".format(name, key)] = value  # noqa: UP032
    for name in cases.WRONG:
        arrays["wrong|" + name] = np.asarray(cases.raised(tf, name))
    golden_file.save(arrays, os.path.join(HERE, "surroundings.npz"))
    with open(os.path.join(HERE, "surroundings_signatures.json"), "w") as file:
        lines = ["{}: {}".format(json.dumps(k), json.dumps(v)) for k, v in sorted(signatures(tf).items())]  # noqa: UP032
        file.write("{\n" + ",\n".join(lines) + "\n}\n")
    print("recorded", len(cases.PROGRAMS), "programs")


if __name__ == "__main__":
    main()
