"""`tf.estimator.Estimator`: a model function that is built anew in a graph for training, evaluation, prediction."""

from __future__ import annotations

import copy
import inspect
import os
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import tensorflow
import tensorflow.compat.v1 as v1

from tf1rnn.contrib.training import evaluation
from tf1rnn.estimator.specs import EstimatorSpec, ModeKeys, RunConfig


class Estimator:
    """Trains, evaluates and applies what a model function builds.

    Args:
        model_fn: function with the parameters features and, as it needs them, labels, mode, params, config, that
            returns an EstimatorSpec.
        model_dir: folder of checkpoints and summaries; that of the configuration, or a new one.
        config: a RunConfig.
        params: for the model function, a dict or HParams.
        warm_start_from: checkpoint, or its folder, from which the variables start that training finds in it.

    Raises ValueError for a model function without features, or for two folders.
    """

    def __init__(
        self,
        model_fn: Callable[..., EstimatorSpec],
        model_dir: str | None = None,
        config: RunConfig | None = None,
        params: Any = None,
        warm_start_from: str | None = None,
    ) -> None:
        if model_fn is None:
            raise ValueError("model_fn must be provided to Estimator.")
        if "features" not in _parameters(model_fn):
            raise ValueError(f"model_fn ({model_fn}) must include features argument.")
        if params is not None and "params" not in _parameters(model_fn):
            raise ValueError(f"model_fn ({model_fn}) does not include params argument, but params is passed.")
        if config is not None and not isinstance(config, RunConfig):
            raise ValueError(f"config must be an instance of `RunConfig`, but provided {config}.")
        if warm_start_from is not None and not isinstance(warm_start_from, (str, bytes)):
            raise NotImplementedError("tf1rnn supports a path as warm_start_from; see tf.train.warm_start for more")
        own = config.model_dir if config is not None else None
        if model_dir and own and model_dir != own:
            raise ValueError(
                f"`model_dir` is set in the constructor and, otherwise, in `RunConfig`: {model_dir!r}, {own!r}"
            )
        self._model_dir = model_dir or own or tempfile.mkdtemp()
        self._config = (config or RunConfig()).replace(model_dir=self._model_dir)
        self._model_fn, self._params, self._warm_start_from = model_fn, params, warm_start_from

    @property
    def model_dir(self) -> str:
        """Folder of checkpoints."""
        return self._model_dir

    @property
    def config(self) -> RunConfig:
        """A copy of the configuration."""
        return copy.copy(self._config)

    @property
    def params(self) -> Any:
        """A copy of the parameters."""
        return copy.deepcopy(self._params) if self._params is not None else {}

    @property
    def model_fn(self) -> Callable[..., EstimatorSpec]:
        """The model function, as a function of (features, labels, mode, config)."""
        return lambda features, labels, mode, config: self._call_model(features, labels, mode)

    def latest_checkpoint(self) -> str | None:
        """Path of the latest checkpoint."""
        return v1.train.latest_checkpoint(self._model_dir)

    def eval_dir(self, name: str | None = None) -> str:
        """Folder of the summaries of evaluations."""
        return os.path.join(self._model_dir, f"eval_{name}" if name else "eval")

    def get_variable_names(self) -> list[str]:
        """Names in the latest checkpoint. Raises ValueError without one."""
        return [name for name, _ in v1.train.list_variables(self._existing())]

    def get_variable_value(self, name: str) -> np.ndarray:
        """A value in the latest checkpoint. Raises ValueError without one."""
        return v1.train.load_variable(self._existing(), name)

    def _existing(self) -> str:
        if self.latest_checkpoint() is None:
            raise ValueError(f"Estimator has not been trained yet: no checkpoint in {self._model_dir}")
        return self._model_dir

    def train(
        self,
        input_fn: Callable[..., Any],
        hooks: Any = None,
        steps: int | None = None,
        max_steps: int | None = None,
        saving_listeners: Any = None,
    ) -> Estimator:
        """Trains `steps` more steps, or up to the global step `max_steps`, or until the input ends.

        Args:
            input_fn: function that returns (features, labels) or a dataset of them.
            hooks: of the session.
            steps, max_steps: see above; not both.
            saving_listeners: CheckpointSaverListeners.
        """
        if steps is not None and max_steps is not None:
            raise ValueError("Can not provide both steps and max_steps.")
        for given, name in ((steps, "steps"), (max_steps, "max_steps")):
            if given is not None and given <= 0:
                raise ValueError(f"Must specify {name} > 0, given: {given}")
        if max_steps is not None and self._saved_step() >= max_steps:
            v1.logging.info("Skipping training since max_steps has already saved.")
            return self
        hooks = list(hooks or [])
        if steps is not None or max_steps is not None:
            hooks.append(v1.train.StopAtStepHook(steps, max_steps))
        config = self._config
        with v1.Graph().as_default() as graph, graph.device(config.device_fn):
            v1.set_random_seed(config.tf_random_seed)
            step = v1.train.create_global_step(graph)
            spec = self._built(input_fn, ModeKeys.TRAIN)
            if self._warm_start_from:
                v1.train.warm_start(self._warm_start_from)
            if not any(summary.op.name == "loss" for summary in v1.get_collection(v1.GraphKeys.SUMMARIES)):
                v1.summary.scalar("loss", spec.loss)
            hooks.append(v1.train.NanTensorHook(spec.loss))
            if config.log_step_count_steps is not None:
                every = config.log_step_count_steps
                hooks.append(v1.train.LoggingTensorHook({"loss": spec.loss, "step": step}, every_n_iter=every))
            hooks.extend(spec.training_hooks)
            chief_hooks = list(spec.training_chief_hooks)
            self._prepare_saving(spec.scaffold, [*hooks, *chief_hooks], chief_hooks, saving_listeners)
            with v1.train.MonitoredTrainingSession(
                checkpoint_dir=self._model_dir,
                scaffold=spec.scaffold,
                hooks=hooks,
                chief_only_hooks=chief_hooks,
                save_checkpoint_secs=0,
                save_summaries_steps=config.save_summary_steps,
                save_summaries_secs=None,
                config=config.session_config,
                log_step_count_steps=config.log_step_count_steps,
            ) as session:
                loss = None
                while not session.should_stop():
                    _, loss = session.run([spec.train_op, spec.loss])
        v1.logging.info("Loss for final step: %s.", loss)
        return self

    def evaluate(
        self,
        input_fn: Callable[..., Any],
        steps: int | None = None,
        hooks: Any = None,
        checkpoint_path: str | None = None,
        name: str | None = None,
    ) -> dict[str, Any]:
        """{name of metric: value} after `steps` batches, or all; with "loss", the mean, and "global_step".

        Args:
            input_fn: function that returns (features, labels) or a dataset of them.
            steps: number of batches.
            hooks: of the session.
            checkpoint_path: the latest by default; without one, the variables are initialized.
            name: the summary goes to the folder eval_<name>.
        """
        if steps is not None and steps <= 0:
            raise ValueError(f"Must specify steps > 0, given: {steps}")
        path = checkpoint_path or self.latest_checkpoint()
        if not path:
            v1.logging.info("Could not find trained model in model_dir: %s, running initialization.", self._model_dir)
        with v1.Graph().as_default() as graph, graph.device(self._config.device_fn):
            v1.set_random_seed(self._config.tf_random_seed)
            step = v1.train.create_global_step(graph)
            spec = self._built(input_fn, ModeKeys.EVAL)
            metrics = dict(spec.eval_metric_ops)
            if "loss" in metrics:
                raise ValueError('Metric with name "loss" is not allowed, because Estimator adds one')
            metrics["loss"] = v1.metrics.mean(spec.loss)
            values = {key: value for key, (value, _) in metrics.items()}
            values["global_step"] = step
            found = evaluation.evaluate_once(
                path,
                scaffold=spec.scaffold,
                eval_ops=v1.group(*[update for _, update in metrics.values()]),
                final_ops=values,
                hooks=[evaluation.StopAfterNEvalsHook(steps), *(hooks or []), *spec.evaluation_hooks],
                config=self._config.session_config,
            )
        self._write(self.eval_dir(name), found)
        return found

    def predict(
        self,
        input_fn: Callable[..., Any],
        predict_keys: Any = None,
        hooks: Any = None,
        checkpoint_path: str | None = None,
        yield_single_examples: bool = True,
    ) -> Iterator[Any]:
        """Yields the predictions, one example at a time, or one batch.

        Args:
            input_fn: function that returns features, or a dataset of them or of (features, labels).
            predict_keys: names of predictions, all by default.
            hooks: of the session.
            checkpoint_path: the latest by default; without one, the variables are initialized.
            yield_single_examples: see above.
        """
        path = checkpoint_path or self.latest_checkpoint()
        if not path:
            v1.logging.info("Could not find trained model in model_dir: %s, running initialization.", self._model_dir)
        with v1.Graph().as_default() as graph, graph.device(self._config.device_fn):
            v1.set_random_seed(self._config.tf_random_seed)
            v1.train.create_global_step(graph)
            spec = self._built(input_fn, ModeKeys.PREDICT)
            predictions = _chosen(spec.predictions, predict_keys)
            creator = v1.train.ChiefSessionCreator(
                scaffold=spec.scaffold, checkpoint_filename_with_path=path, config=self._config.session_config
            )
            every_hook = [*(hooks or []), *spec.prediction_hooks]
            with v1.train.MonitoredSession(session_creator=creator, hooks=every_hook) as session:
                while not session.should_stop():
                    batch = session.run(predictions)
                    if not yield_single_examples:
                        yield batch
                    elif isinstance(batch, dict):
                        for i in range(_length(batch)):
                            yield {key: value[i] for key, value in batch.items()}
                    else:
                        yield from batch

    def _built(self, input_fn: Callable[..., Any], mode: str) -> EstimatorSpec:
        """The graph of a mode: input on the CPU, and the model."""
        offered = {"mode": mode, "params": self.params, "config": self.config}
        accepted = _parameters(input_fn)
        with v1.device("/cpu:0"):
            given = input_fn(**{name: value for name, value in offered.items() if name in accepted})
            given = _next(given)
        features, labels = given, None
        if isinstance(given, (list, tuple)):
            if len(given) == 2:
                features, labels = given
            elif mode != ModeKeys.PREDICT:
                raise ValueError(f"input_fn should return (features, labels), given: {given}")
        return self._call_model(features, None if mode == ModeKeys.PREDICT else labels, mode)

    def _call_model(self, features: Any, labels: Any, mode: str) -> EstimatorSpec:
        accepted = _parameters(self._model_fn)
        offered = {"labels": labels, "mode": mode, "params": self.params, "config": self.config}
        if "labels" not in accepted and labels is not None:
            raise ValueError("model_fn does not take labels, but input_fn returns labels.")
        spec = self._model_fn(features=features, **{n: v for n, v in offered.items() if n in accepted})
        if not isinstance(spec, EstimatorSpec):
            raise ValueError("model_fn should return an EstimatorSpec.")
        return spec

    def _saved_step(self) -> int:
        path = self.latest_checkpoint()
        if path is None:
            return 0
        try:
            return int(v1.train.load_variable(path, v1.GraphKeys.GLOBAL_STEP))
        except (KeyError, ValueError, v1.errors.NotFoundError):
            return 0

    def _prepare_saving(self, scaffold: Any, hooks: list[Any], chief_hooks: list[Any], listeners: Any) -> None:
        """Adds a Saver and a hook that saves, unless the model function brought its own."""
        config = self._config
        if scaffold.saver is None and not v1.get_collection(v1.GraphKeys.SAVERS):
            v1.add_to_collection(
                v1.GraphKeys.SAVERS,
                v1.train.Saver(
                    sharded=True,
                    max_to_keep=config.keep_checkpoint_max,
                    keep_checkpoint_every_n_hours=config.keep_checkpoint_every_n_hours,
                    defer_build=True,
                    save_relative_paths=True,
                ),
            )
        saving = [hook for hook in hooks if isinstance(hook, v1.train.CheckpointSaverHook)]
        if not saving and (config.save_checkpoints_secs or config.save_checkpoints_steps):
            saving = [
                v1.train.CheckpointSaverHook(
                    self._model_dir,
                    save_secs=config.save_checkpoints_secs,
                    save_steps=config.save_checkpoints_steps,
                    scaffold=scaffold,
                    listeners=listeners,
                )
            ]
            chief_hooks.extend(saving)
        elif listeners:
            if not saving:
                raise ValueError("There should be a CheckpointSaverHook to use saving_listeners.")
            saving[0]._listeners.extend(listeners)

    @staticmethod
    def _write(folder: str, values: dict[str, Any]) -> None:
        """One summary of all metrics, where TensorBoard and early stopping look for it."""
        summary = v1.Summary()
        for key, value in values.items():
            if key != "global_step" and np.ndim(value) == 0 and np.asarray(value).dtype.kind in "fiu":
                summary.value.add(tag=key, simple_value=float(value))
        writer = v1.summary.FileWriterCache.get(folder)
        writer.add_summary(summary, values["global_step"])
        writer.flush()


def _parameters(function: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)


def _next(given: Any) -> Any:
    """The tensors of a dataset, which starts when the tables are initialized; other things as they are."""
    if not isinstance(given, tensorflow.data.Dataset):
        return given
    iterator = v1.data.make_initializable_iterator(given)
    v1.add_to_collection(v1.GraphKeys.TABLE_INITIALIZERS, iterator.initializer)
    return iterator.get_next()


def _chosen(predictions: Any, keys: Any) -> Any:
    if not keys:
        return predictions
    if not isinstance(predictions, dict):
        raise ValueError("predict_keys argument is not valid in case of non-dict predictions.")
    chosen = {key: value for key, value in predictions.items() if key in keys}
    if not chosen:
        raise ValueError(f"Expected to run at least one output from {list(predictions)}, provided {keys}.")
    return chosen


def _length(batch: dict[str, Any]) -> int:
    lengths = {len(value) for value in batch.values()}
    if len(lengths) != 1:
        raise ValueError("Batch length of predictions should be same.")
    return lengths.pop()
