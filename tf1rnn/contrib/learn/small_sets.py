"""Small data sets from files (`tf.contrib.learn.datasets`)."""

from __future__ import annotations

import csv
import os
import shutil
import tempfile
import urllib.request
from collections import namedtuple
from typing import Any

import numpy as np
import tensorflow.compat.v1 as v1

from tf1rnn.examples.tutorials.mnist import input_data

Dataset = namedtuple("Dataset", ["data", "target"])
Datasets = input_data.Datasets


def load_csv_with_header(filename: str, target_dtype: Any, features_dtype: Any, target_column: int = -1) -> Dataset:
    """The rows of a CSV file whose first line is `samples,features,…`: features [samples, features] and targets.

    Args:
        filename: the file.
        target_dtype: of the targets.
        features_dtype: of the features.
        target_column: the column of the target.
    """
    with v1.gfile.Open(filename) as file:
        rows = csv.reader(file)
        header = next(rows)
        samples, features = int(header[0]), int(header[1])
        data = np.zeros((samples, features), dtype=features_dtype)
        target = np.zeros((samples,), dtype=target_dtype)
        for i, row in enumerate(rows):
            target[i] = np.asarray(row.pop(target_column), dtype=target_dtype)
            data[i] = np.asarray(row, dtype=features_dtype)
    return Dataset(data=data, target=target)


def load_csv_without_header(filename: str, target_dtype: Any, features_dtype: Any, target_column: int = -1) -> Dataset:
    """The rows of a CSV file: features [samples, features] and targets [samples]."""
    with v1.gfile.Open(filename) as file:
        data, target = [], []
        for row in csv.reader(file):
            target.append(row.pop(target_column))
            data.append(np.asarray(row, dtype=features_dtype))
    return Dataset(data=np.array(data), target=np.array(target, dtype=target_dtype))


def shrink_csv(filename: str, ratio: int) -> None:
    """Writes every `ratio`-th line of FILE.csv into FILE_small.csv."""
    small = filename.replace(".", "_small.")
    with v1.gfile.Open(small, "w") as target, v1.gfile.Open(filename) as source:
        for number, line in enumerate(source):
            if number % ratio == 0:
                target.write(line)


def maybe_download(filename: str, work_directory: str, source_url: str) -> str:
    """The path of a file in a folder, which is fetched from a URL if it is not there."""
    if not v1.gfile.Exists(work_directory):
        v1.gfile.MakeDirs(work_directory)
    path = os.path.join(work_directory, filename)
    if not v1.gfile.Exists(path):
        with urllib.request.urlopen(source_url) as answer, tempfile.NamedTemporaryFile(delete=False) as file:
            shutil.copyfileobj(answer, file)
        v1.gfile.Copy(file.name, path)
        os.remove(file.name)
        print("Successfully downloaded", filename, v1.gfile.GFile(path).size(), "bytes.")
    return path


def load_dataset(name: str, size: str = "small", test_with_fake_data: bool = False) -> Any:
    """The data set "mnist", from files in MNIST-data. Raises ValueError for another name."""
    if name != "mnist":
        raise ValueError(
            f"Name of dataset is not found: {name} (tf1rnn has only mnist; iris is in sklearn.datasets.load_iris)"
        )
    return input_data.load_mnist("MNIST-data")
