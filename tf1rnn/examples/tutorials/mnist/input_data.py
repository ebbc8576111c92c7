"""`tensorflow.examples.tutorials.mnist.input_data`: MNIST from local files, in TensorFlow 1.15's order.

Nothing is downloaded. The four idx files (plain or gzipped) are looked for in the folder the script names,
then Keras' `~/.keras/datasets/mnist.npz`.
"""

from __future__ import annotations

import collections
import gzip
import os
from typing import Any

import numpy as np
import tensorflow.compat.v1 as v1

from tf1rnn.namespace import become

DEFAULT_SOURCE_URL = "https://storage.googleapis.com/cvdf-datasets/mnist/"

FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
MAGIC_OF_IMAGES, MAGIC_OF_LABELS = 2051, 2049

Datasets = collections.namedtuple("Datasets", ["train", "validation", "test"])


class DataSet:
    """Images and labels that are handed out in batches.

    The order is that of TensorFlow 1.15: np.random is seeded when the set is made (with the op seed of
    `seed`, else with the graph's), and shuffles all examples at the start of each epoch.

    Args:
        images: uint8 [examples, rows, columns, 1].
        labels: [examples] or one-hot [examples, classes].
        fake_data: 10000 examples of ones instead.
        one_hot: whether fake labels are one-hot.
        dtype: tf.float32 (scaled to [0, 1]) or tf.uint8.
        reshape: whether images become [examples, rows * columns].
        seed: op seed.

    Raises TypeError for another dtype.
    """

    def __init__(
        self,
        images: Any,
        labels: Any,
        fake_data: bool = False,
        one_hot: bool = False,
        dtype: Any = v1.float32,
        reshape: bool = True,
        seed: int | None = None,
    ) -> None:
        graph_seed, op_seed = v1.get_seed(seed)
        np.random.seed(graph_seed if seed is None else op_seed)
        dtype = v1.as_dtype(dtype).base_dtype
        if dtype not in (v1.uint8, v1.float32):
            raise TypeError(f"Invalid image dtype {dtype!r}, expected uint8 or float32")
        self.one_hot = one_hot
        if fake_data:
            self._num_examples = 10000
        else:
            assert len(images) == len(labels), f"images.shape: {images.shape} labels.shape: {labels.shape}"
            self._num_examples = len(images)
            if reshape:
                assert images.shape[3] == 1
                images = images.reshape(len(images), images.shape[1] * images.shape[2])
            if dtype == v1.float32:
                images = np.multiply(images.astype(np.float32), 1.0 / 255.0)
        self._images = images
        self._labels = labels
        self._epochs_completed = 0
        self._index_in_epoch = 0

    @property
    def images(self) -> Any:
        """All images, in the current order."""
        return self._images

    @property
    def labels(self) -> Any:
        """All labels, in the current order."""
        return self._labels

    @property
    def num_examples(self) -> int:
        """Number of examples."""
        return self._num_examples

    @property
    def epochs_completed(self) -> int:
        """How often all examples were handed out."""
        return self._epochs_completed

    def next_batch(self, batch_size: int, fake_data: bool = False, shuffle: bool = True) -> tuple[Any, Any]:
        """The next (images, labels).

        A batch over the end of an epoch is filled from the next, newly shuffled one.
        """
        if fake_data:
            label: Any = [1] + [0] * 9 if self.one_hot else 0
            return [[1] * 784 for _ in range(batch_size)], [label for _ in range(batch_size)]
        start = self._index_in_epoch
        if start == 0 and self._epochs_completed == 0 and shuffle:
            self._shuffle()
        end = start + batch_size
        if end <= self._num_examples:
            self._index_in_epoch = end
            return self._images[start:end], self._labels[start:end]
        self._epochs_completed += 1
        rest = self._images[start:], self._labels[start:]
        if shuffle:
            self._shuffle()
        self._index_in_epoch = end - self._num_examples
        first = self._images[: self._index_in_epoch], self._labels[: self._index_in_epoch]
        return np.concatenate((rest[0], first[0])), np.concatenate((rest[1], first[1]))

    def _shuffle(self) -> None:
        order = np.arange(self._num_examples)
        np.random.shuffle(order)
        self._images = self._images[order]
        self._labels = self._labels[order]


def extract_images(f: Any) -> np.ndarray:
    """The images of an open gzipped idx file: uint8 [images, rows, columns, 1]. ValueError for another
    file.
    """
    return _images(gzip.GzipFile(fileobj=f).read(), f.name)


def extract_labels(f: Any, one_hot: bool = False, num_classes: int = 10) -> np.ndarray:
    """The labels of an open gzipped idx file: uint8 [labels], or one-hot float64. ValueError for another
    file.
    """
    return _labels(gzip.GzipFile(fileobj=f).read(), f.name, one_hot, num_classes)


def dense_to_one_hot(labels_dense: Any, num_classes: int) -> np.ndarray:
    """Labels [n] -> float64 [n, num_classes]."""
    return np.eye(num_classes)[labels_dense.ravel()]


def read_data_sets(
    train_dir: str,
    fake_data: bool = False,
    one_hot: bool = False,
    dtype: Any = v1.float32,
    reshape: bool = True,
    validation_size: int = 5000,
    seed: int | None = None,
    source_url: str = DEFAULT_SOURCE_URL,
) -> Datasets:
    """MNIST as (train, validation, test); the validation set is the first `validation_size` training
    examples.

    Args:
        train_dir: folder with the idx files.
        fake_data, one_hot, dtype, reshape, seed: see DataSet.
        validation_size: size of the validation set.
        source_url: not used, nothing is downloaded.

    Raises:
        FileNotFoundError: the files are neither there nor in Keras' cache.
        ValueError: not idx files, or a validation size larger than the training set.
    """
    if fake_data:
        return Datasets(*(DataSet([], [], True, one_hot, dtype=dtype, seed=seed) for _ in range(3)))
    train_images, train_labels, test_images, test_labels = _arrays(train_dir, one_hot)
    if not 0 <= validation_size <= len(train_images):
        raise ValueError(f"Validation size should be between 0 and {len(train_images)}. Received: {validation_size}.")
    options: dict[str, Any] = dict(dtype=dtype, reshape=reshape, seed=seed)
    train = DataSet(train_images[validation_size:], train_labels[validation_size:], **options)
    validation = DataSet(train_images[:validation_size], train_labels[:validation_size], **options)
    return Datasets(train=train, validation=validation, test=DataSet(test_images, test_labels, **options))


def load_mnist(train_dir: str = "MNIST-data") -> Datasets:
    """`read_data_sets` with its defaults."""
    return read_data_sets(train_dir)


def _arrays(folder: str, one_hot: bool) -> list[np.ndarray]:
    """Training images and labels, test images and labels."""
    paths = [_existing(os.path.join(folder, name)) for name in FILES]
    if None not in paths:
        arrays = []
        for path in paths:
            assert path is not None
            print("Extracting", path)
            with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
                content = file.read()
            arrays.append(
                _images(content, path) if "images" in os.path.basename(path) else _labels(content, path, one_hot)
            )
        return arrays
    cached = os.path.join(os.environ.get("KERAS_HOME") or os.path.expanduser("~/.keras"), "datasets", "mnist.npz")
    if os.path.exists(cached):
        print("Extracting", cached)
        with np.load(cached) as data:
            images = [data["x_train"][..., None], data["x_test"][..., None]]
            labels = [data["y_train"], data["y_test"]]
        if one_hot:
            labels = [dense_to_one_hot(each, 10) for each in labels]
        return [images[0], labels[0], images[1], labels[1]]
    raise FileNotFoundError(
        f"MNIST is not in {folder!r}: put {', '.join(name + '.gz' for name in FILES)} there (from "
        f"{DEFAULT_SOURCE_URL}), "
        f"or let Keras fetch it once with `python -c 'import keras; keras.datasets.mnist.load_data()'` "
        f"({cached}). "
        "tf1rnn downloads nothing."
    )


def _existing(path: str) -> str | None:
    return next((p for p in (path + ".gz", path) if os.path.exists(p)), None)


def _images(content: bytes, name: str) -> np.ndarray:
    magic, count, rows, columns = np.frombuffer(content[:16], dtype=">u4").tolist() if len(content) >= 16 else [0] * 4
    if magic != MAGIC_OF_IMAGES:
        raise ValueError(f"Invalid magic number {magic} in MNIST image file: {name}")
    return np.frombuffer(content, np.uint8, rows * columns * count, 16).reshape(count, rows, columns, 1)


def _labels(content: bytes, name: str, one_hot: bool = False, num_classes: int = 10) -> np.ndarray:
    magic, count = np.frombuffer(content[:8], dtype=">u4").tolist() if len(content) >= 8 else [0] * 2
    if magic != MAGIC_OF_LABELS:
        raise ValueError(f"Invalid magic number {magic} in MNIST label file: {name}")
    labels = np.frombuffer(content, np.uint8, count, 8)
    return dense_to_one_hot(labels, num_classes) if one_hot else labels


become(__name__, "examples.tutorials.mnist.input_data")
