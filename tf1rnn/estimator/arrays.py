"""Input functions over arrays (`tf.estimator.inputs`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import tensorflow.compat.v1 as v1


def numpy_input_fn(
    x: Any,
    y: Any = None,
    batch_size: int = 128,
    num_epochs: int | None = 1,
    shuffle: bool | None = None,
    queue_capacity: int = 1000,
    num_threads: int = 1,
) -> Callable[[], Any]:
    """An input function over arrays with as many rows; batches run across epochs, the last may be smaller.

    Args:
        x: features, an array or a dict of arrays.
        y: labels, like `x`, or None.
        batch_size: rows of a batch.
        num_epochs: how often all rows come; None goes on for ever.
        shuffle: whether they come in random order, anew each time. It has to be given.
        queue_capacity, num_threads: of the queue that TensorFlow 1 used; here without meaning.

    Raises ValueError if `shuffle` is not given or rows do not fit.
    """
    if not isinstance(shuffle, bool):
        raise ValueError(f"shuffle must be provided and explicitly set as boolean; got {shuffle}")

    def input_fn() -> Any:
        features, labels = _dict(x, "x"), {} if y is None else _dict(y, "y")
        columns = [*features.values(), *labels.values()]
        rows = {len(column) for column in columns}
        if len(rows) != 1:
            raise ValueError(f"Length of tensors in x and y is mismatched: {sorted(rows)}")
        count = rows.pop()

        def batches() -> Iterator[tuple[np.ndarray, ...]]:
            for chosen in _orders(count, batch_size, num_epochs, shuffle):
                yield tuple(column[chosen] for column in columns)

        dataset = v1.data.Dataset.from_generator(
            batches,
            tuple(v1.as_dtype(column.dtype) for column in columns),
            tuple(v1.TensorShape([None, *column.shape[1:]]) for column in columns),
        )
        iterator = v1.data.make_initializable_iterator(dataset)
        v1.add_to_collection(v1.GraphKeys.TABLE_INITIALIZERS, iterator.initializer)
        tensors = iterator.get_next()
        found = dict(zip(features, tensors, strict=False)) if isinstance(x, dict) else tensors[0]
        if y is None:
            return found
        rest = tensors[len(features) :]
        return found, (dict(zip(labels, rest, strict=True)) if isinstance(y, dict) else rest[0])

    return input_fn


def pandas_input_fn(
    x: Any,
    y: Any = None,
    batch_size: int = 128,
    num_epochs: int | None = 1,
    shuffle: bool | None = None,
    queue_capacity: int = 1000,
    num_threads: int = 1,
    target_column: str = "target",
) -> Callable[[], Any]:
    """`numpy_input_fn` over the columns of a DataFrame, and labels of a Series or DataFrame with the same index."""
    if y is not None and not np.array_equal(x.index, y.index):
        raise ValueError("Index for x and y are mismatched.")
    features = {column: x[column].to_numpy() for column in x.columns}
    if y is None:
        labels = None
    elif y.ndim == 1:
        labels = y.to_numpy()
    else:
        labels = {column: y[column].to_numpy() for column in y.columns}
    return numpy_input_fn(features, labels, batch_size, num_epochs, shuffle, queue_capacity, num_threads)


def _dict(arrays: Any, what: str) -> dict[str, np.ndarray]:
    if isinstance(arrays, dict):
        if not arrays:
            raise ValueError(f"{what} cannot be an empty dict")
        return {name: np.asarray(array) for name, array in arrays.items()}
    if isinstance(arrays, np.ndarray):
        return {"": arrays}
    raise TypeError(f"{what} must be a dict or array; got {type(arrays).__name__}")


def _orders(count: int, batch_size: int, num_epochs: int | None, shuffle: bool) -> Iterator[np.ndarray]:
    """The rows of each batch; one batch may take the rest of an epoch and the beginning of the next."""
    epoch, waiting = 0, np.zeros(0, np.int64)
    while num_epochs is None or epoch < num_epochs:
        waiting = np.concatenate([waiting, np.random.permutation(count) if shuffle else np.arange(count)])
        epoch += 1
        while len(waiting) >= batch_size:
            yield waiting[:batch_size]
            waiting = waiting[batch_size:]
    if len(waiting):
        yield waiting
