"""Records what the scripts of `legacy_examples/` compute, so that two runtimes can be compared.

    PYTHON tests/examples/record_goldens.py [--under tf1rnn] [--out DIR] [SCRIPT ...]

Run by a Python 3.7 with TensorFlow 1.15.5 it writes the goldens; with `--under tf1rnn` (any supported
Python) it records the same scripts under our runtime. Scripts run unchanged, each in a process of its own.
What is random is taken out: right after an initialiser ran, every trainable float variable is loaded with a
value that depends on its name and shape only, and dropout is the identity.

A recording holds, per `Session.run`, what it returned (long arrays are thinned evenly), all global variables
with shape and dtype as they were when they were initialised, and what the script printed.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib
import io
import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
EXAMPLES = os.path.join(ROOT, "legacy_examples")
GOLDENS = os.path.join(HERE, "goldens")

MAX_VALUES_PER_ARRAY = 96
MAX_CALLS = 1500


def example_scripts() -> list[str]:
    """Paths of all example scripts, sorted."""
    return [os.path.join(EXAMPLES, name) for name in sorted(os.listdir(EXAMPLES)) if name.endswith(".py")]


def golden_path(script: str, folder: str = GOLDENS) -> str:
    """Where the recording of a script is kept."""
    return os.path.join(folder, os.path.splitext(os.path.basename(script))[0] + ".npz")


def initial_value(name: str, shape: list[int]) -> np.ndarray:
    """A float32 array of this shape; equal names and shapes get equal values in every process."""
    digest = hashlib.sha256(name.encode("utf-8")).digest()
    rng = np.random.RandomState(int.from_bytes(digest[:4], "little"))
    return (0.1 * rng.standard_normal(shape)).astype(np.float32)


def flatten(value: Any, label: str = "") -> list[tuple[str, np.ndarray]]:
    """The arrays inside a fetched structure, each with its place in it ("0.1" is value[0][1])."""
    if value is None or isinstance(value, (str, bytes)):
        return []
    if isinstance(value, dict):
        children = [(str(key), value[key]) for key in sorted(value, key=str)]
    elif isinstance(value, (list, tuple)):
        children = [(str(i), item) for i, item in enumerate(value)]
    else:
        return [(label, np.asarray(value))]
    return [leaf for key, item in children for leaf in flatten(item, label + "." + key if label else key)]


class Recording:
    """The calls of one script, in the compact form in which they are saved."""

    def __init__(self) -> None:
        self.calls = 0
        self.labels: list[str] = []  # "17:0.1 f4 16x96": call, place, dtype, full shape
        self.values: list[np.ndarray] = []
        self.variables: list[str] = []

    def add(self, result: Any) -> None:
        """Adds what one `Session.run` returned."""
        if self.calls < MAX_CALLS:
            for label, array in flatten(result):
                shape = "x".join(map(str, array.shape))
                self.labels.append(f"{self.calls}:{label} {array.dtype.str[1:]} {shape}")
                flat = array.reshape(-1)
                self.values.append(flat[:: flat.size // MAX_VALUES_PER_ARRAY + 1].astype(np.float32))
        self.calls += 1

    def save(self, path: str, printed: str) -> None:
        values = np.concatenate(self.values) if self.values else np.zeros([0], np.float32)
        np.savez_compressed(
            path,
            calls=np.array(self.calls),
            labels=np.array(self.labels, dtype=np.str_),
            sizes=np.array([v.size for v in self.values], dtype=np.int64),
            values=values,
            variables=np.array(self.variables, dtype=np.str_),
            printed=np.array(printed),
        )


def is_initializer(operation: Any, initializers: set[Any]) -> bool:
    """True if what is fetched is an operation that does nothing but run initialisers of variables."""
    if not hasattr(operation, "control_inputs"):  # a tensor or a structure
        return False
    if operation in initializers:
        return True
    inputs = operation.control_inputs
    if not inputs or operation.type != "NoOp":
        return False
    return all(is_initializer(op, initializers) for op in inputs)


def watch_sessions(tf: Any, recording: Recording) -> None:
    """Makes every session of the process load the fixed values and report to `recording`."""
    base = tf.Session.__mro__[1]  # InteractiveSession has the same base: .eval() and .run() come by here too
    original: Callable[..., Any] = base.run
    loading: list[bool] = []  # not empty while the values are loaded, which runs the session again

    def load(session: Any) -> None:
        with session.graph.as_default():
            for variable in tf.global_variables():
                shape = variable.shape.as_list()
                dtype = variable.dtype.base_dtype
                recording.variables.append(f"{variable.op.name} {dtype.name} {'x'.join(map(str, shape))}")
            for variable in tf.trainable_variables():
                if variable.dtype.base_dtype.is_floating:
                    value = initial_value(variable.op.name, variable.shape.as_list())
                    variable.load(value.astype(variable.dtype.base_dtype.as_numpy_dtype), session)

    def run(session: Any, fetches: Any, *args: Any, **kwargs: Any) -> Any:
        result = original(session, fetches, *args, **kwargs)
        if loading:
            return result
        with session.graph.as_default():
            initializers = {variable.initializer for variable in tf.global_variables()}
        fetched = fetches if isinstance(fetches, (list, tuple)) else [fetches]
        if initializers and all(is_initializer(f, initializers) for f in fetched):
            loading.append(True)
            load(session)
            loading.pop()
        else:
            recording.add(result)
        return result

    base.run = run


def record(script: str, under: str, out: str) -> None:
    """Runs one script in this process and saves its recording at `out`."""
    tf = importlib.import_module("tensorflow" if under == "tensorflow" else under)
    recording = Recording()
    watch_sessions(tf, recording)
    tf.nn.dropout = lambda x, *args, **kwargs: tf.identity(x)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        if under == "tensorflow":
            sys.argv = [script]
            sys.path.insert(0, os.path.dirname(script))
            runpy.run_path(script, run_name="__main__")
        else:
            importlib.import_module(under + ".launcher").run_script(script, [])
    recording.save(out, printed.getvalue())


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--under", choices=["tensorflow", "tf1rnn"], default="tensorflow")
    parser.add_argument("--out", default=GOLDENS, help="folder of the recordings")
    parser.add_argument("--in-process", action="store_true", help="run the one script given in this process")
    parser.add_argument("scripts", nargs="*", help="default: all of legacy_examples")
    options = parser.parse_args()
    scripts = [os.path.abspath(script) for script in options.scripts] or example_scripts()
    if options.in_process:
        record(scripts[0], options.under, golden_path(scripts[0], options.out))
        return 0

    os.makedirs(options.out, exist_ok=True)
    environment = dict(os.environ, PYTHONHASHSEED="0", CUDA_VISIBLE_DEVICES="-1", TF_CPP_MIN_LOG_LEVEL="3")
    environment["PYTHONPATH"] = os.pathsep.join([ROOT, os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    failures = 0
    for script in scripts:
        command = [sys.executable, os.path.abspath(__file__), "--in-process", "--under", options.under]
        status = subprocess.call([*command, "--out", options.out, script], env=environment)
        print(f"{os.path.basename(script)}: {'recorded' if status == 0 else f'exit status {status}'}")
        failures += status != 0
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
