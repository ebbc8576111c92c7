"""Training and evaluation by turns (`tf.estimator.train_and_evaluate`), and stopping early."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.estimator.runner import Estimator
from tf1rnn.estimator.specs import EvalSpec, TrainSpec


class _Evaluations(v1.train.CheckpointSaverListener):
    """Evaluates when a checkpoint has been written, not the first, not too often, and at the end."""

    def __init__(self, estimator: Estimator, spec: EvalSpec) -> None:
        self.estimator, self.spec = estimator, spec
        self.timer = v1.train.SecondOrStepTimer(every_secs=spec.throttle_secs) if spec.throttle_secs else None
        self.evaluated: int | None = None
        self.result: dict[str, Any] | None = None
        self.first = True

    def after_save(self, session: Any, global_step_value: int) -> None:
        if self.first:  # before the first step
            self.first = False
            if self.timer:
                self.timer.update_last_triggered_step(global_step_value)
            self.evaluated = global_step_value
        elif self.timer is None or self.timer.should_trigger_for_step(global_step_value):
            self.evaluate(global_step_value)

    def end(self, session: Any, global_step_value: int) -> None:
        if global_step_value != self.evaluated:
            self.evaluate(global_step_value)

    def evaluate(self, step: int) -> None:
        spec = self.spec
        self.result = self.estimator.evaluate(spec.input_fn, spec.steps, spec.hooks, name=spec.name)
        self.evaluated = step
        if self.timer:
            self.timer.update_last_triggered_step(step)


def train_and_evaluate(estimator: Estimator, train_spec: TrainSpec, eval_spec: EvalSpec) -> tuple[Any, list[Any]]:
    """Trains, and evaluates after checkpoints and at the end; gives (the last evaluation, []).

    Raises ValueError for other types.
    """
    for given, kind in ((estimator, Estimator), (train_spec, TrainSpec), (eval_spec, EvalSpec)):
        if not isinstance(given, kind):
            raise TypeError(f"must be a tf.estimator.{kind.__name__}, given {given}")
    listener = _Evaluations(estimator, eval_spec)
    estimator.train(train_spec.input_fn, train_spec.hooks, max_steps=train_spec.max_steps, saving_listeners=[listener])
    return listener.result, []


def make_early_stopping_hook(
    estimator: Estimator,
    should_stop_fn: Callable[[], bool],
    run_every_secs: float | None = 60,
    run_every_steps: int | None = None,
) -> Any:
    """A hook that asks from time to time whether to stop. Raises ValueError for two intervals or none."""
    if not isinstance(estimator, Estimator):
        raise TypeError(f"`estimator` must have type `tf.estimator.Estimator`. Got: {type(estimator)}")
    if (run_every_secs is None) == (run_every_steps is None):
        raise ValueError("Only one of `run_every_secs` and `run_every_steps` must be set.")
    return _Asking(should_stop_fn, run_every_secs, run_every_steps)


class _Asking(v1.train.SessionRunHook):
    def __init__(self, stop: Callable[[], bool], seconds: float | None, steps: int | None) -> None:
        self._stop = stop
        self._timer = v1.train.SecondOrStepTimer(every_secs=seconds or None, every_steps=steps) if seconds else None
        if steps:
            self._timer = v1.train.SecondOrStepTimer(every_steps=steps)
        self._step: Any = None
        self._note: Any = None

    def begin(self) -> None:
        self._step = v1.train.get_global_step()
        # Checkpoints of TensorFlow 1.15 hold this variable, by which the chief told the other machines.
        with v1.variable_scope("signal_early_stopping", reuse=v1.AUTO_REUSE):
            stopped = v1.get_variable(
                "STOP",
                shape=[],
                dtype=v1.bool,
                initializer=v1.constant_initializer(False),
                collections=[v1.GraphKeys.GLOBAL_VARIABLES],
                trainable=False,
            )
        self._note = v1.assign(stopped, True)

    def before_run(self, run_context: Any) -> Any:
        return v1.train.SessionRunArgs(self._step)

    def after_run(self, run_context: Any, run_values: Any) -> None:
        step = run_values.results
        if self._timer is not None:
            if not self._timer.should_trigger_for_step(step):
                return
            self._timer.update_last_triggered_step(step)
        if self._stop():
            v1.logging.info("Requesting early stopping at global step %d", step)
            run_context.session.run(self._note)
            run_context.request_stop()


def _evaluations(folder: str) -> Iterator[tuple[int, dict[str, float]]]:
    """(step, metrics) of the summaries that evaluations wrote, in the order of the steps."""
    found: dict[int, dict[str, float]] = {}
    for path in sorted(v1.gfile.Glob(os.path.join(folder, "*.tfevents.*"))):
        for event in v1.train.summary_iterator(path):
            values = {value.tag: value.simple_value for value in event.summary.value if value.HasField("simple_value")}
            if values:
                found.setdefault(event.step, {}).update(values)
    yield from sorted(found.items())


def _hook(
    estimator: Estimator, decide: Callable[[list[tuple[int, float]]], bool], metric_name: str, eval_dir: str | None,
    min_steps: int, seconds: float | None, steps: int | None,
) -> Any:  # fmt: skip
    folder = eval_dir or estimator.eval_dir()

    def stop() -> bool:
        known = [(step, m[metric_name]) for step, m in _evaluations(folder) if step >= min_steps and metric_name in m]
        return decide(known)

    return make_early_stopping_hook(estimator, stop, seconds, steps)


def _unimproved(better: Callable[[float, float], bool], allowed: int) -> Callable[[list[tuple[int, float]]], bool]:
    def decide(known: list[tuple[int, float]]) -> bool:
        best: tuple[int, float] | None = None
        for step, value in known:
            if best is None or better(value, best[1]):
                best = (step, value)
            elif step - best[0] >= allowed:
                return True
        return False

    return decide


def stop_if_no_increase_hook(
    estimator: Estimator, metric_name: str, max_steps_without_increase: int, eval_dir: str | None = None,
    min_steps: int = 0, run_every_secs: float | None = 60, run_every_steps: int | None = None,
) -> Any:  # fmt: skip
    """A hook that stops if a metric of the evaluations has not risen for so many steps."""
    decide = _unimproved(lambda new, best: new > best, max_steps_without_increase)
    return _hook(estimator, decide, metric_name, eval_dir, min_steps, run_every_secs, run_every_steps)


def stop_if_no_decrease_hook(
    estimator: Estimator, metric_name: str, max_steps_without_decrease: int, eval_dir: str | None = None,
    min_steps: int = 0, run_every_secs: float | None = 60, run_every_steps: int | None = None,
) -> Any:  # fmt: skip
    """A hook that stops if a metric of the evaluations has not fallen for so many steps."""
    decide = _unimproved(lambda new, best: new < best, max_steps_without_decrease)
    return _hook(estimator, decide, metric_name, eval_dir, min_steps, run_every_secs, run_every_steps)


def stop_if_higher_hook(
    estimator: Estimator, metric_name: str, threshold: float, eval_dir: str | None = None,
    min_steps: int = 0, run_every_secs: float | None = 60, run_every_steps: int | None = None,
) -> Any:  # fmt: skip
    """A hook that stops once a metric of the evaluations is above a threshold."""
    return _hook(
        estimator, lambda known: any(v > threshold for _, v in known), metric_name, eval_dir, min_steps,
        run_every_secs, run_every_steps,
    )  # fmt: skip


def stop_if_lower_hook(
    estimator: Estimator, metric_name: str, threshold: float, eval_dir: str | None = None,
    min_steps: int = 0, run_every_secs: float | None = 60, run_every_steps: int | None = None,
) -> Any:  # fmt: skip
    """A hook that stops once a metric of the evaluations is below a threshold."""
    return _hook(
        estimator, lambda known: any(v < threshold for _, v in known), metric_name, eval_dir, min_steps,
        run_every_secs, run_every_steps,
    )  # fmt: skip
