"""Evaluation of checkpoints (`tf.contrib.training`)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

_EVAL_STEP = "eval_step"  # name of the variable and of its collection


def get_or_create_eval_step() -> Any:
    """The int64 variable that counts evaluations, local and not trained. Raises ValueError if there are several."""
    found = v1.get_collection(_EVAL_STEP)
    if len(found) > 1:
        raise ValueError(f"Multiple eval step tensors: {found}")
    if found:
        return found[0]
    with v1.variable_scope(v1.get_variable_scope(), reuse=False):
        return v1.get_variable(
            _EVAL_STEP,
            shape=[],
            dtype=v1.int64,
            initializer=v1.zeros_initializer(),
            trainable=False,
            collections=[v1.GraphKeys.LOCAL_VARIABLES, _EVAL_STEP],
        )


class StopAfterNEvalsHook(v1.train.SessionRunHook):
    """Stops after `num_evals` evaluations (None: never), and logs how many are done."""

    def __init__(self, num_evals: int | None, log_progress: bool = True) -> None:
        self._num_evals, self._log_progress = num_evals, log_progress
        self._log_frequency = 1 if num_evals is None or num_evals < 20 else num_evals // 10
        self._evals_completed: Any = None

    def _set_evals_completed_tensor(self, updated_eval_step: Any) -> None:
        self._evals_completed = updated_eval_step

    def before_run(self, run_context: Any) -> Any:
        """Fetches the count along."""
        return v1.train.SessionRunArgs({"evals_completed": self._evals_completed})

    def after_run(self, run_context: Any, run_values: Any) -> None:
        """Stops when there are enough."""
        done = run_values.results["evals_completed"]
        last = self._num_evals is not None and done >= self._num_evals
        if self._log_progress and (last or done % self._log_frequency == 0):
            v1.logging.info("Evaluation [%d%s]", done, "" if self._num_evals is None else f"/{self._num_evals}")
        if last:
            run_context.request_stop()


class SummaryAtEndHook(v1.train.SessionRunHook):
    """Writes summaries once, at the end.

    Args:
        log_dir: folder to write to, or
        summary_writer: what to write with.
        summary_op: the summaries, all of the graph by default.
        feed_dict: to be fed.
    """

    def __init__(
        self, log_dir: str | None = None, summary_writer: Any = None, summary_op: Any = None, feed_dict: Any = None
    ) -> None:
        self._log_dir, self._summary_writer = log_dir, summary_writer
        self._summary_op, self._feed_dict, self._global_step = summary_op, feed_dict, None

    def begin(self) -> None:
        """Completes what was not given."""
        if self._summary_op is None:
            self._summary_op = v1.summary.merge_all()
        self._global_step = v1.train.get_or_create_global_step()

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Opens the writer."""
        if self._summary_writer is None and self._log_dir:
            self._summary_writer = v1.summary.FileWriterCache.get(self._log_dir)

    def end(self, session: Any) -> None:
        """Writes."""
        step = v1.train.global_step(session, self._global_step)
        summary = session.run(self._summary_op, self._feed_dict)
        if self._summary_writer:
            self._summary_writer.add_summary(summary, step)
            self._summary_writer.flush()


def wait_for_new_checkpoint(
    checkpoint_dir: str, last_checkpoint: str | None = None, seconds_to_sleep: float = 1, timeout: float | None = None
) -> str | None:
    """The latest checkpoint of a folder once it is another than `last_checkpoint`; None after `timeout` seconds."""
    v1.logging.info("Waiting for new checkpoint at %s", checkpoint_dir)
    stop = None if timeout is None else time.time() + timeout
    while True:
        path = v1.train.latest_checkpoint(checkpoint_dir)
        if path is not None and path != last_checkpoint:
            v1.logging.info("Found new checkpoint at %s", path)
            return path
        if stop is not None and time.time() + seconds_to_sleep > stop:
            return None
        time.sleep(seconds_to_sleep)


def evaluate_once(
    checkpoint_path: str | None,
    master: str = "",
    scaffold: Any = None,
    eval_ops: Any = None,
    feed_dict: Any = None,
    final_ops: Any = None,
    final_ops_feed_dict: Any = None,
    hooks: Any = None,
    config: Any = None,
) -> Any:
    """Restores a checkpoint, runs `eval_ops` until a hook stops, then `final_ops`, and gives their values.

    Args:
        checkpoint_path: the checkpoint; None initializes the variables.
        master: the TensorFlow server.
        scaffold: with initializers and Saver.
        eval_ops: tensor, operation, or list or dict of them; None for `final_ops` alone.
        feed_dict: fed with `eval_ops`.
        final_ops: like `eval_ops`.
        final_ops_feed_dict: fed with `final_ops`.
        hooks: of the session.
        config: of the session.
    """
    step = get_or_create_eval_step()
    hooks = list(hooks or [])
    if eval_ops is not None:
        counted = v1.assign_add(step, 1)
        for hook in hooks:
            if isinstance(hook, StopAfterNEvalsHook):
                hook._set_evals_completed_tensor(counted)
        if isinstance(eval_ops, dict):
            eval_ops = {**eval_ops, "update_eval_step": counted}
        else:
            eval_ops = [*(eval_ops if isinstance(eval_ops, (list, tuple)) else [eval_ops]), counted]
    last = v1.train.FinalOpsHook(final_ops, final_ops_feed_dict)
    creator = v1.train.ChiefSessionCreator(
        scaffold=scaffold, checkpoint_filename_with_path=checkpoint_path, master=master, config=config
    )
    with v1.train.MonitoredSession(session_creator=creator, hooks=[*hooks, last]) as session:
        if eval_ops is not None:
            while not session.should_stop():
                session.run(eval_ops, feed_dict)
    return last.final_ops_values


def evaluate_repeatedly(
    checkpoint_dir: str,
    master: str = "",
    scaffold: Any = None,
    eval_ops: Any = None,
    feed_dict: Any = None,
    final_ops: Any = None,
    final_ops_feed_dict: Any = None,
    eval_interval_secs: float = 60,
    hooks: Any = None,
    config: Any = None,
    max_number_of_evaluations: int | None = None,
    timeout: float | None = None,
    timeout_fn: Callable[[], bool] | None = None,
) -> Any:
    """`evaluate_once` for each checkpoint that appears in a folder; gives the last values of `final_ops`.

    Args:
        eval_interval_secs: least time between two evaluations.
        max_number_of_evaluations: stop after so many; None goes on until `timeout`.
        timeout: seconds to wait for a new checkpoint.
        timeout_fn: asked after a timeout whether to stop.
    """
    values = None
    count = 0
    for path in v1.train.checkpoints_iterator(checkpoint_dir, eval_interval_secs, timeout, timeout_fn):
        values = evaluate_once(
            path, master, scaffold, eval_ops, feed_dict, final_ops, final_ops_feed_dict, hooks, config
        )
        count += 1
        if max_number_of_evaluations is not None and count >= max_number_of_evaluations:
            break
    return values
