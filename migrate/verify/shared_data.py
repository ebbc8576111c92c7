"""MNIST for both sides: what the legacy program read is what `keras.datasets` gives the new one."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import numpy as np

from migrate.verify.records import Recording

Mnist = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]

_LOADER = "tf1rnn.examples.tutorials.mnist.input_data"


def record_mnist(recording: Recording) -> None:
    """Watch the runtime's `read_data_sets`."""
    try:
        module = importlib.import_module(_LOADER)
    except ImportError:  # a runtime without the loader: then no program has read anything by it
        return
    plain: Any = getattr(module, "read_data_sets", None)
    if plain is None:
        return

    def read_data_sets(*args: Any, **kwargs: Any) -> Any:
        data = plain(*args, **kwargs)
        if recording.mnist is None:
            recording.mnist = _raw(data)
        return data

    for other in list(sys.modules.values()):
        if getattr(other, "__dict__", {}).get("read_data_sets") is plain:
            other.__dict__["read_data_sets"] = read_data_sets


def _raw(data: Any) -> Mnist:
    """The arrays of the files: TF1 takes the validation set from the front of the training file."""
    images = np.concatenate([_images(data.validation), _images(data.train)])
    labels = np.concatenate([_labels(data.validation), _labels(data.train)])
    return images, labels, _images(data.test), _labels(data.test)


def _images(part: Any) -> np.ndarray:
    images = np.asarray(part.images)
    if images.dtype.kind == "f":
        images = np.rint(images * 255.0)
    return images.astype(np.uint8).reshape(-1, 28, 28)


def _labels(part: Any) -> np.ndarray:
    labels = np.asarray(part.labels)
    return (labels.argmax(1) if labels.ndim == 2 else labels).astype(np.uint8)


def provide_mnist(mnist: Mnist) -> None:
    """Make `keras.datasets.mnist.load_data` give these arrays instead of a download."""
    x_train, y_train, x_test, y_test = mnist

    def load_data(path: str = "mnist.npz") -> Any:
        return (x_train.copy(), y_train.copy()), (x_test.copy(), y_test.copy())

    import keras
    import tensorflow as tf

    for module in (keras.datasets.mnist, tf.keras.datasets.mnist):
        module.load_data = load_data
