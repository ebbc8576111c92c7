"""Training with a Supervisor (`tf.contrib.slim.learning`)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.contrib.training import steps

_DEFAULT = 0  # what a program did not give; None has a meaning of its own


def create_train_op(
    total_loss: Any,
    optimizer: Any,
    global_step: Any = steps.THE_GLOBAL_STEP,
    update_ops: Any = None,
    variables_to_train: Any = None,
    clip_gradient_norm: float = 0,
    summarize_gradients: bool = False,
    gate_gradients: int = v1.train.Optimizer.GATE_OP,
    aggregation_method: Any = None,
    colocate_gradients_with_ops: bool = False,
    gradient_multipliers: Any = None,
    check_numerics: bool = True,
) -> Any:
    """`tf.contrib.training.create_train_op` whose gradients are multiplied, and then clipped to a norm, each."""

    def transform(pairs: Any) -> Any:
        if gradient_multipliers:
            pairs = steps.multiply_gradients(pairs, gradient_multipliers)
        if clip_gradient_norm > 0:
            pairs = steps.clip_gradient_norms(pairs, clip_gradient_norm)
        return pairs

    return steps.create_train_op(
        total_loss,
        optimizer,
        global_step,
        update_ops,
        variables_to_train,
        transform,
        summarize_gradients,
        gate_gradients,
        aggregation_method,
        colocate_gradients_with_ops,
        check_numerics,
    )


def train_step(sess: Any, train_op: Any, global_step: Any, train_step_kwargs: dict[str, Any]) -> tuple[Any, Any]:
    """One step: (loss, whether to stop).

    `train_step_kwargs` may hold the tensors "should_stop", "should_log" and "should_trace", and "logdir" for traces.
    """
    start = time.time()
    options = metadata = None
    if "should_trace" in train_step_kwargs:
        if "logdir" not in train_step_kwargs:
            raise ValueError("logdir must be present in train_step_kwargs when should_trace is present")
        if sess.run(train_step_kwargs["should_trace"]):
            options = v1.RunOptions(trace_level=v1.RunOptions.FULL_TRACE)
            metadata = v1.RunMetadata()
    loss, step = sess.run([train_op, global_step], options=options, run_metadata=metadata)
    elapsed = time.time() - start
    if metadata is not None and "summary_writer" in train_step_kwargs:
        train_step_kwargs["summary_writer"].add_run_metadata(metadata, f"run_metadata-{step}")
    if "should_log" in train_step_kwargs and sess.run(train_step_kwargs["should_log"]):
        v1.logging.info("global step %d: loss = %.4f (%.3f sec/step)", step, loss, elapsed)
    stop = sess.run(train_step_kwargs["should_stop"]) if "should_stop" in train_step_kwargs else False
    return loss, stop


def train(
    train_op: Any,
    logdir: str | None,
    train_step_fn: Callable[..., Any] = train_step,
    train_step_kwargs: Any = _DEFAULT,
    log_every_n_steps: int = 1,
    graph: Any = None,
    master: str = "",
    is_chief: bool = True,
    global_step: Any = None,
    number_of_steps: int | None = None,
    init_op: Any = _DEFAULT,
    init_feed_dict: Any = None,
    local_init_op: Any = _DEFAULT,
    init_fn: Callable[[Any], Any] | None = None,
    ready_op: Any = _DEFAULT,
    summary_op: Any = _DEFAULT,
    save_summaries_secs: int = 600,
    summary_writer: Any = _DEFAULT,
    startup_delay_steps: int = 0,
    saver: Any = None,
    save_interval_secs: int = 600,
    sync_optimizer: Any = None,
    session_config: Any = None,
    session_wrapper: Callable[[Any], Any] | None = None,
    trace_every_n_steps: int | None = None,
    ignore_live_threads: bool = False,
) -> Any:
    """Runs `train_step_fn` again and again, with queues, checkpoints and summaries of a `tf.train.Supervisor`.

    Args:
        train_op: what trains, and is the loss.
        logdir: folder of checkpoints and summaries; None writes none.
        train_step_fn: called with (session, train_op, global step, train_step_kwargs); gives (loss, stop).
        train_step_kwargs: for it; by default what `train_step` reads.
        log_every_n_steps: how often the loss is logged.
        number_of_steps: the global step to stop at; None goes on until the input ends.
        trace_every_n_steps: how often a step is traced.
        session_wrapper: function of the session that gives the one to use.
        The other arguments are those of the Supervisor.

    Returns the last loss. Raises ValueError without `train_op`, and for what is to be written without a folder.
    NotImplementedError for `sync_optimizer`, with what to do instead.
    """
    if train_op is None:
        raise ValueError("train_op cannot be None.")
    if sync_optimizer is not None:
        raise NotImplementedError(
            "tf1rnn does not support sync_optimizer in slim.learning.train; use tf.train.MonitoredTrainingSession with "
            "the hook of sync_optimizer.make_session_run_hook(is_chief)"
        )
    if logdir is None:
        for given, name in ((summary_op, "summary_op"), (trace_every_n_steps, "trace_every_n_steps")):
            if given not in (_DEFAULT, None):
                raise ValueError(f"Cannot provide {name} because logdir=None")
        if saver is not None:
            raise ValueError("Cannot provide saver because logdir=None")
    with (graph or v1.get_default_graph()).as_default():
        if global_step is None:
            global_step = v1.train.get_or_create_global_step()
        saver = saver or v1.train.Saver()
        with v1.name_scope("init_ops"):
            if _is_default(init_op):
                init_op = v1.global_variables_initializer()
            if _is_default(ready_op):
                ready_op = v1.report_uninitialized_variables()
            if _is_default(local_init_op):
                local_init_op = v1.group(v1.local_variables_initializer(), v1.tables_initializer())
        if _is_default(summary_op):
            summary_op = v1.summary.merge_all()
        if _is_default(summary_writer):
            summary_writer = v1.train.Supervisor.USE_DEFAULT
        if _is_default(train_step_kwargs):
            train_step_kwargs = _signals(global_step, number_of_steps, log_every_n_steps, logdir, trace_every_n_steps)
    supervisor = v1.train.Supervisor(
        graph=graph,
        is_chief=is_chief,
        logdir=logdir,
        init_op=init_op,
        init_feed_dict=init_feed_dict,
        local_init_op=local_init_op,
        ready_op=ready_op,
        summary_op=summary_op,
        summary_writer=summary_writer,
        global_step=global_step,
        saver=saver,
        save_summaries_secs=save_summaries_secs,
        save_model_secs=save_interval_secs,
        init_fn=init_fn,
    )
    if summary_writer is not None:
        train_step_kwargs["summary_writer"] = supervisor.summary_writer
    loss = None
    with supervisor.managed_session(master, start_standard_services=False, config=session_config) as sess:
        v1.logging.info("Starting Session.")
        wrapped = sess if session_wrapper is None else session_wrapper(sess)
        if is_chief:
            if logdir:
                supervisor.start_standard_services(wrapped)
        elif startup_delay_steps > 0:
            limit = None if number_of_steps is None else number_of_steps
            _wait_for_step(wrapped, global_step, min(startup_delay_steps, limit or startup_delay_steps))
        threads = supervisor.start_queue_runners(wrapped)
        v1.logging.info("Starting Queues.")
        try:
            while not supervisor.should_stop():
                loss, stop = train_step_fn(wrapped, train_op, global_step, train_step_kwargs)
                if stop:
                    v1.logging.info("Stopping Training.")
                    supervisor.request_stop()
                    break
        except v1.errors.OutOfRangeError as error:
            v1.logging.info("Caught OutOfRangeError. Stopping Training. %s", error)
        if logdir and supervisor.is_chief:
            v1.logging.info("Finished training! Saving model to disk.")
            supervisor.saver.save(wrapped, supervisor.save_path, global_step=supervisor.global_step)
            supervisor.stop(threads, close_summary_writer=True, ignore_live_threads=ignore_live_threads)
    return loss


def _is_default(given: Any) -> bool:
    return isinstance(given, int) and given == _DEFAULT


def _signals(
    step: Any, number_of_steps: int | None, log_every: int, logdir: str | None, trace_every: int | None
) -> dict[str, Any]:
    """The tensors that tell `train_step` what to do."""
    signals: dict[str, Any] = {}
    with v1.name_scope("train_step"):
        if number_of_steps:
            signals["should_stop"] = v1.greater_equal(step, number_of_steps)
        else:
            signals["should_stop"] = v1.constant(False)
        if log_every > 0:
            signals["should_log"] = v1.equal(v1.mod(step, log_every), 0)
        if trace_every is not None:
            signals["should_trace"] = v1.equal(v1.mod(step, trace_every), 0)
            signals["logdir"] = logdir
    return signals


def _wait_for_step(sess: Any, global_step: Any, step: int) -> None:
    while v1.train.global_step(sess, global_step) < step:
        time.sleep(1)
