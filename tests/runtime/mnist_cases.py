"""Batches that the MNIST reader hands out, from small idx files made here. For every Python from 3.7 on."""

from __future__ import annotations

import gzip
import os
import struct
import tempfile
from typing import Any

import numpy as np

SIZES = {"train": 40, "t10k": 12}


def write_files(folder: str, compressed: bool = True) -> None:
    """Writes the four idx files, with images of 5x4 pixels."""
    for part, count in SIZES.items():
        rng = np.random.RandomState(count)
        images = rng.randint(0, 256, size=(count, 5, 4)).astype(np.uint8)
        labels = rng.randint(0, 10, size=count).astype(np.uint8)
        contents = {
            part + "-images-idx3-ubyte": struct.pack(">IIII", 2051, count, 5, 4) + images.tobytes(),
            part + "-labels-idx1-ubyte": struct.pack(">II", 2049, count) + labels.tobytes(),
        }
        for name, content in contents.items():
            path = os.path.join(folder, name)
            if compressed:
                with gzip.open(path + ".gz", "wb") as file:
                    file.write(content)
            else:
                with open(path, "wb") as file:
                    file.write(content)


def run(tf: Any, compressed: bool = True) -> dict[str, np.ndarray]:
    """What four ways of reading the files give."""
    if tf.__name__ == "tensorflow":
        from tensorflow.examples.tutorials.mnist import input_data
    else:
        input_data = tf.examples.tutorials.mnist.input_data
    found = {}
    ways: dict[str, dict[str, Any]] = {
        "plain": dict(validation_size=10),
        "one_hot": dict(one_hot=True, validation_size=7),
        "uint8": dict(dtype=tf.uint8, reshape=False, validation_size=0),
        "seeded": dict(seed=4, validation_size=10),
    }
    with tempfile.TemporaryDirectory() as folder:
        write_files(folder, compressed)
        for way, options in ways.items():
            with tf.Graph().as_default():
                tf.set_random_seed(9)
                sets = input_data.read_data_sets(folder, **options)
                for part in ("train", "validation", "test"):
                    found[f"{way}.{part}.images"] = getattr(sets, part).images.copy()
                    found[f"{way}.{part}.labels"] = getattr(sets, part).labels.copy()
                for i in range(7):
                    images, labels = sets.train.next_batch(16, shuffle=i != 5)
                    found[f"{way}.batch{i}.images"] = images.copy()
                    found[f"{way}.batch{i}.labels"] = labels.copy()
                found[f"{way}.epochs"] = np.asarray([sets.train.epochs_completed, sets.train.num_examples])
    return found
