"""`tf.contrib.learn.Estimator` over arrays or input functions, and the wrapper SKCompat.

Arrays are fed batch by batch in an order drawn anew for each epoch from `np.random.RandomState(42)`, the last batch of
an epoch being as small as it is: so 1.15 did.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import tensorflow.compat.v1 as v1

from tf1rnn.estimator.runner import Estimator as Runner
from tf1rnn.estimator.specs import EstimatorSpec


class ModelFnOps(NamedTuple):
    """What a model function may return instead of (predictions, loss, train_op)."""

    mode: str
    predictions: Any = None
    loss: Any = None
    train_op: Any = None
    eval_metric_ops: Any = None


class _Feeder:
    """Placeholders for arrays, and what is fed at each step. `epochs`: None for no end."""

    def __init__(self, x: Any, y: Any, batch_size: int | None, shuffle: bool, epochs: int | None) -> None:
        self.arrays = [np.asarray(x)] if y is None else [np.asarray(x), np.asarray(y)]
        self.batch_size = batch_size or len(self.arrays[0])
        self.shuffle, self.epochs = shuffle, epochs
        self.placeholders: list[Any] = []

    def input_fn(self) -> Any:
        """(features, labels), placeholders of the current graph; labels are None without y."""
        names = ("input", "output")
        self.placeholders = [
            v1.placeholder(a.dtype, [None, *a.shape[1:]], name=n) for a, n in zip(self.arrays, names, strict=False)
        ]
        return self.placeholders[0], self.placeholders[1] if len(self.placeholders) > 1 else None

    def hook(self) -> Any:
        """Feeds the batches to a session; OutOfRangeError ends it."""
        batches = self._batches()

        def feed() -> dict[Any, Any]:
            try:
                return dict(zip(self.placeholders, next(batches), strict=True))
            except StopIteration:
                raise v1.errors.OutOfRangeError(None, None, "all batches were fed") from None

        return v1.train.FeedFnHook(feed)

    def _batches(self) -> Iterator[list[Any]]:
        random, count, epoch = np.random.RandomState(42), len(self.arrays[0]), 0
        while self.epochs is None or epoch < self.epochs:
            order = random.permutation(count) if self.shuffle else np.arange(count)
            for start in range(0, count, self.batch_size):
                yield [a[order[start : start + self.batch_size]] for a in self.arrays]
            epoch += 1


class Estimator:
    """Trains and applies what a model function builds.

    Args:
        model_fn: function of (features, labels) and, as it needs them, mode, params and config, that returns
            (predictions, loss, train_op) or ModelFnOps. Without labels it gets placeholders like those it was trained
            with.
        model_dir: folder of checkpoints; a new one by default.
        config: a tf.estimator.RunConfig.
        params: for the model function.
        feature_engineering_fn: (features, labels) -> (features, labels), before the model function.
    """

    def __init__(
        self,
        model_fn: Callable[..., Any] | None = None,
        model_dir: str | None = None,
        config: Any = None,
        params: Any = None,
        feature_engineering_fn: Callable[..., Any] | None = None,
    ) -> None:
        if model_fn is None:
            raise ValueError("model_fn must be provided to Estimator.")
        self._function, self._engineer = model_fn, feature_engineering_fn
        self._label_signature: Any = None
        self._parameters = params or {}

        def adapted(features: Any, labels: Any, mode: str) -> EstimatorSpec:
            return self._spec(features, labels, mode)

        self._runner = Runner(adapted, model_dir, config)

    @property
    def model_dir(self) -> str:
        """Folder of checkpoints."""
        return self._runner.model_dir

    def _spec(self, features: Any, labels: Any, mode: str) -> EstimatorSpec:
        if labels is not None:
            self._label_signature = v1.nest.map_structure(lambda t: (t.dtype, t.shape), labels)
        elif self._label_signature is not None:
            dtype, shape = self._label_signature
            labels = v1.placeholder(dtype, shape)
        if self._engineer is not None:
            features, labels = self._engineer(features, labels)
        accepted = inspect.signature(self._function).parameters
        offered = {"mode": mode, "params": self._parameters, "config": self._runner.config}
        made = self._function(features, labels, **{n: v for n, v in offered.items() if n in accepted})
        if isinstance(made, ModelFnOps):
            made = (made.predictions, made.loss, made.train_op)
        if not isinstance(made, tuple) or len(made) != 3:
            raise ValueError("Unrecognized value returned by model_fn, please return ModelFnOps.")
        predictions, loss, train_op = made
        train_op = getattr(train_op, "op", train_op)  # it is run, not read
        return EstimatorSpec(mode, predictions=predictions, loss=loss, train_op=train_op)

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        input_fn: Callable[..., Any] | None = None,
        steps: int | None = None,
        batch_size: int | None = None,
        monitors: Any = None,
        max_steps: int | None = None,
    ) -> Estimator:
        """Trains on arrays x and y, or on what `input_fn` returns; see tf.estimator.Estimator.train.

        Raises ValueError for both or neither of x and input_fn.
        """
        hooks = list(monitors or [])
        input_fn, feeding = self._input(x, y, input_fn, batch_size, True, None)
        self._runner.train(input_fn, hooks + feeding, steps, max_steps)
        return self

    def partial_fit(self, *arguments: Any, **options: Any) -> Estimator:
        """The same as fit."""
        return self.fit(*arguments, **options)

    def predict(
        self,
        x: Any = None,
        input_fn: Callable[..., Any] | None = None,
        batch_size: int | None = None,
        outputs: Any = None,
        as_iterable: bool = True,
        iterate_batches: bool = False,
    ) -> Any:
        """Predictions for an array, or for what `input_fn` returns: an iterator over examples (or batches), or with
        `as_iterable` off all of them. `outputs`: the names wanted of a dict of predictions.
        """
        input_fn, feeding = self._input(x, None, input_fn, batch_size, False, 1)
        found = self._runner.predict(
            lambda: input_fn(), outputs, feeding, yield_single_examples=as_iterable and not iterate_batches
        )
        return found if as_iterable else _joined(list(found))

    def _input(
        self, x: Any, y: Any, input_fn: Any, batch_size: int | None, shuffle: bool, epochs: int | None
    ) -> tuple[Any, list[Any]]:
        if (x is None) == (input_fn is None):
            raise ValueError("Either x or input_fn must be provided, and not both.")
        if input_fn is not None:
            return input_fn, []
        feeder = _Feeder(x, y, batch_size, shuffle, epochs)
        return feeder.input_fn, [feeder.hook()]

    def evaluate(self, *_: Any, **__: Any) -> Any:
        """Not offered: raises NotImplementedError."""
        raise NotImplementedError(
            "tf1rnn does not support tf.contrib.learn.Estimator.evaluate: use tf.estimator.Estimator, or predict"
        )

    score = evaluate


class SKCompat:
    """An Estimator called as scikit-learn's are: arrays in, arrays out."""

    def __init__(self, estimator: Estimator) -> None:
        self._estimator = estimator

    def fit(
        self,
        x: Any,
        y: Any,
        batch_size: int = 128,
        steps: int | None = None,
        max_steps: int | None = None,
        monitors: Any = None,
    ) -> SKCompat:
        """Trains on arrays."""
        self._estimator.fit(x, y, None, steps, batch_size, monitors, max_steps)
        return self

    def predict(self, x: Any, batch_size: int = 128, outputs: Any = None) -> Any:
        """The predictions for an array, one array (or a dict of such)."""
        return _joined(list(self._estimator.predict(x, None, batch_size, outputs, True, True)))

    def score(self, *arguments: Any, **options: Any) -> Any:
        """Not offered: raises NotImplementedError."""
        return self._estimator.evaluate(*arguments, **options)


def _joined(batches: list[Any]) -> Any:
    if batches and isinstance(batches[0], dict):
        return {key: np.concatenate([batch[key] for batch in batches]) for key in batches[0]}
    return np.concatenate(batches)
