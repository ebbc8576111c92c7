"""What goes in and out of an estimator (`tf.estimator`): modes, specifications, configuration."""

from __future__ import annotations

import copy
import json
import os
from collections import namedtuple
from typing import Any

import tensorflow.compat.v1 as v1

_NOT_GIVEN = object()


class ModeKeys:
    """What a model function is called for."""

    TRAIN = "train"
    EVAL = "eval"
    PREDICT = "infer"


_Spec = namedtuple(
    "_Spec",
    [
        "mode",
        "predictions",
        "loss",
        "train_op",
        "eval_metric_ops",
        "export_outputs",
        "training_chief_hooks",
        "training_hooks",
        "scaffold",
        "evaluation_hooks",
        "prediction_hooks",
    ],
)


class EstimatorSpec(_Spec):
    """What a model function returns.

    Args:
        mode: one of ModeKeys.
        predictions: tensor or dict of tensors; needed for PREDICT.
        loss: scalar; needed for TRAIN and EVAL.
        train_op: what trains; needed for TRAIN.
        eval_metric_ops: {name: (value, update)}.
        export_outputs: {name: what to export}.
        training_chief_hooks, training_hooks, evaluation_hooks, prediction_hooks: for the sessions.
        scaffold: a `tf.train.Scaffold`.

    Raises ValueError for what is missing or not scalar, TypeError for what is no tensor.
    """

    __slots__ = ()

    def __new__(
        cls,
        mode: str,
        predictions: Any = None,
        loss: Any = None,
        train_op: Any = None,
        eval_metric_ops: Any = None,
        export_outputs: Any = None,
        training_chief_hooks: Any = None,
        training_hooks: Any = None,
        scaffold: Any = None,
        evaluation_hooks: Any = None,
        prediction_hooks: Any = None,
    ) -> EstimatorSpec:
        if mode == ModeKeys.TRAIN and train_op is None:
            raise ValueError("Missing train_op.")
        if train_op is not None and not isinstance(train_op, (v1.Tensor, v1.Operation)):
            raise TypeError(f"train_op must be Operation or Tensor, given: {train_op}")
        if loss is None:
            if mode in (ModeKeys.TRAIN, ModeKeys.EVAL):
                raise ValueError("Missing loss.")
        else:
            loss = v1.convert_to_tensor(loss)
            if loss.shape.num_elements() not in (None, 1):
                raise ValueError(f"Loss must be scalar, given: {loss}")
            if not loss.shape.is_compatible_with([]):
                loss = v1.reshape(loss, [])
        if predictions is None:
            if mode == ModeKeys.PREDICT:
                raise ValueError("Missing predictions.")
            predictions = {}
        for value in predictions.values() if isinstance(predictions, dict) else [predictions]:
            if not isinstance(value, (v1.Tensor, v1.SparseTensor)):
                raise TypeError(f"predictions must be Tensor, given: {value}")
        metrics = dict(eval_metric_ops or {})
        for name, pair in metrics.items():
            if not isinstance(pair, tuple) or len(pair) != 2:
                raise TypeError(
                    f"Values of eval_metric_ops must be (metric_value, update_op) tuples, given: {pair} for key: {name}"
                )
        return super().__new__(
            cls,
            mode,
            predictions,
            loss,
            train_op,
            metrics,
            export_outputs,
            tuple(training_chief_hooks or ()),
            tuple(training_hooks or ()),
            scaffold or v1.train.Scaffold(),
            tuple(evaluation_hooks or ()),
            tuple(prediction_hooks or ()),
        )


class RunConfig:
    """How an estimator runs, on one machine.

    Args:
        model_dir: folder of checkpoints.
        tf_random_seed: of the graphs.
        save_summary_steps: how often summaries are written; None never.
        save_checkpoints_steps, save_checkpoints_secs: how often checkpoints are written, every 600 seconds by default.
        session_config: a ConfigProto.
        keep_checkpoint_max, keep_checkpoint_every_n_hours: of the Saver.
        log_step_count_steps: how often loss and speed are logged.
        session_creation_timeout_secs: how long to wait for the chief.
        The other arguments are for several machines.

    Raises ValueError if both ways to save are given, NotImplementedError for several machines.
    """

    master = evaluation_master = ""
    task_type, task_id, num_ps_replicas, num_worker_replicas, is_chief = "worker", 0, 0, 1, True
    global_id_in_cluster = 0
    service = None

    def __init__(
        self,
        model_dir: str | None = None,
        tf_random_seed: int | None = None,
        save_summary_steps: int | None = 100,
        save_checkpoints_steps: Any = _NOT_GIVEN,
        save_checkpoints_secs: Any = _NOT_GIVEN,
        session_config: Any = None,
        keep_checkpoint_max: int | None = 5,
        keep_checkpoint_every_n_hours: float = 10000,
        log_step_count_steps: int | None = 100,
        train_distribute: Any = None,
        device_fn: Any = None,
        protocol: Any = None,
        eval_distribute: Any = None,
        experimental_distribute: Any = None,
        experimental_max_worker_delay_secs: Any = None,
        session_creation_timeout_secs: int = 7200,
    ) -> None:
        self._set_saving(save_checkpoints_steps, save_checkpoints_secs)
        if json.loads(os.environ.get("TF_CONFIG") or "{}").get("cluster"):
            raise NotImplementedError(
                "tf1rnn runs estimators on one machine: unset TF_CONFIG, or use tf.train.MonitoredTrainingSession with "
                "tf.train.Server"
            )
        for given, name in ((train_distribute, "train_distribute"), (eval_distribute, "eval_distribute")):
            if given is not None or experimental_distribute is not None:
                raise NotImplementedError(f"tf1rnn runs estimators on one machine, without {name}")
        self.model_dir, self.tf_random_seed = model_dir, tf_random_seed
        self.save_summary_steps, self.session_config = save_summary_steps, session_config
        self.keep_checkpoint_max = keep_checkpoint_max
        self.keep_checkpoint_every_n_hours = keep_checkpoint_every_n_hours
        self.log_step_count_steps, self.device_fn, self.protocol = log_step_count_steps, device_fn, protocol
        self.train_distribute = self.eval_distribute = None
        self.experimental_max_worker_delay_secs = experimental_max_worker_delay_secs
        self.session_creation_timeout_secs = session_creation_timeout_secs

    @property
    def cluster_spec(self) -> Any:
        """An empty ClusterSpec."""
        return v1.train.ClusterSpec({})

    def _set_saving(self, steps: Any, seconds: Any) -> None:
        if steps is _NOT_GIVEN and seconds is _NOT_GIVEN:
            steps, seconds = None, 600
        steps = None if steps is _NOT_GIVEN else steps
        seconds = None if seconds is _NOT_GIVEN else seconds
        if steps is not None and seconds is not None:
            raise ValueError("`save_checkpoints_steps` and `save_checkpoints_secs` cannot be both set.")
        self.save_checkpoints_steps, self.save_checkpoints_secs = steps, seconds

    def replace(self, **kwargs: Any) -> RunConfig:
        """A copy with other values. Raises ValueError for a name that cannot be replaced."""
        changed = copy.copy(self)
        if "save_checkpoints_steps" in kwargs or "save_checkpoints_secs" in kwargs:
            changed._set_saving(
                kwargs.pop("save_checkpoints_steps", _NOT_GIVEN), kwargs.pop("save_checkpoints_secs", _NOT_GIVEN)
            )
        for name, value in kwargs.items():
            if name not in self.__dict__:
                raise ValueError(f"Replacing {name} is not supported.")
            setattr(changed, name, value)
        return changed


class TrainSpec(namedtuple("TrainSpec", ["input_fn", "max_steps", "hooks"])):
    """How `train_and_evaluate` trains: until the global step `max_steps`."""

    __slots__ = ()

    def __new__(cls, input_fn: Any, max_steps: int | None = None, hooks: Any = None) -> TrainSpec:
        if max_steps is not None and max_steps <= 0:
            raise ValueError(f"Must specify max_steps > 0, given: {max_steps}")
        return super().__new__(cls, input_fn, max_steps, tuple(hooks or ()))


_Eval = namedtuple("_Eval", ["input_fn", "steps", "name", "hooks", "exporters", "start_delay_secs", "throttle_secs"])


class EvalSpec(_Eval):
    """How `train_and_evaluate` evaluates: `steps` batches, at most every `throttle_secs` seconds."""

    __slots__ = ()

    def __new__(
        cls,
        input_fn: Any,
        steps: int | None = 100,
        name: str | None = None,
        hooks: Any = None,
        exporters: Any = None,
        start_delay_secs: float = 120,
        throttle_secs: float = 600,
    ) -> EvalSpec:
        if steps is not None and steps <= 0:
            raise ValueError(f"Must specify steps > 0, given: {steps}")
        if start_delay_secs < 0 or throttle_secs < 0:
            raise ValueError("Must specify start_delay_secs >= 0 and throttle_secs >= 0")
        if exporters:
            raise NotImplementedError("tf1rnn does not support exporters; save with tf.saved_model in a session")
        return super().__new__(cls, input_fn, steps, name, tuple(hooks or ()), (), start_delay_secs, throttle_secs)
