"""Training operations and loops (`tf.contrib.training`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import tensorflow.compat.v1 as v1

# What `global_step` is if a program does not give it; None would mean: no step is counted.
THE_GLOBAL_STEP = 0


def clip_gradient_norms(gradients_to_variables: Any, max_norm: Any) -> list[Any]:
    """(gradient, variable) pairs with each gradient scaled to a norm of at most `max_norm`."""
    clipped = []
    for gradient, variable in gradients_to_variables:
        if isinstance(gradient, v1.IndexedSlices):
            values = v1.clip_by_norm(gradient.values, max_norm)
            gradient = v1.IndexedSlices(values, gradient.indices, gradient.dense_shape)
        elif gradient is not None:
            gradient = v1.clip_by_norm(gradient, max_norm)
        clipped.append((gradient, variable))
    return clipped


def clip_gradient_norms_fn(max_norm: Any) -> Callable[[Any], list[Any]]:
    """`clip_gradient_norms` as a function of the pairs alone."""
    return lambda pairs: clip_gradient_norms(pairs, max_norm)


def multiply_gradients(grads_and_vars: Any, gradient_multipliers: Any) -> list[Any]:
    """(gradient, variable) pairs with gradients multiplied.

    Args:
        grads_and_vars: the pairs, a list.
        gradient_multipliers: {variable or its name: factor}; other gradients stay.

    Raises ValueError if the pairs are no list, without multipliers, and for the multiple of no gradient.
    """
    if not isinstance(grads_and_vars, list):
        raise ValueError("`grads_and_vars` must be a list.")
    if not gradient_multipliers:
        raise ValueError("`gradient_multipliers` is empty.")
    if not isinstance(gradient_multipliers, Mapping):
        raise ValueError("`gradient_multipliers` must be a dict.")
    factors = {getattr(key, "name", key): factor for key, factor in gradient_multipliers.items()}
    multiplied = []
    for gradient, variable in grads_and_vars:
        names = [n for n in (variable.name, variable.op.name) if n in factors]
        if names:
            if gradient is None:
                raise ValueError("Requested multiple of `None` gradient.")
            factor = v1.cast(factors[names[0]], gradient.dtype)
            if isinstance(gradient, v1.IndexedSlices):
                gradient = v1.IndexedSlices(gradient.values * factor, gradient.indices, gradient.dense_shape)
            else:
                gradient = gradient * factor
        multiplied.append((gradient, variable))
    return multiplied


def add_gradients_summaries(grads_and_vars: Any) -> list[Any]:
    """A histogram and the global norm of each gradient, as summaries."""
    summaries = []
    for gradient, variable in grads_and_vars:
        if gradient is None:
            v1.logging.info("Var %s has no gradient", variable.op.name)
            continue
        values = gradient.values if isinstance(gradient, v1.IndexedSlices) else gradient
        summaries.append(v1.summary.histogram(f"{variable.op.name}_gradient", values))
        summaries.append(v1.summary.scalar(f"{variable.op.name}_gradient_norm", v1.global_norm([values])))
    return summaries


def create_train_op(
    total_loss: Any,
    optimizer: Any,
    global_step: Any = THE_GLOBAL_STEP,
    update_ops: Any = None,
    variables_to_train: Any = None,
    transform_grads_fn: Callable[[Any], Any] | None = None,
    summarize_gradients: bool = False,
    gate_gradients: int = v1.train.Optimizer.GATE_OP,
    aggregation_method: Any = None,
    colocate_gradients_with_ops: bool = False,
    check_numerics: bool = True,
) -> Any:
    """A tensor that is the loss, and whose computation trains.

    Args:
        total_loss: the loss, a scalar.
        optimizer: the optimizer.
        global_step: the variable to count in; the graph's own by default, None for no counting.
        update_ops: to be run before the loss is computed; those of the collection UPDATE_OPS by default.
        variables_to_train: all trainable ones by default.
        transform_grads_fn: function of the (gradient, variable) pairs that gives other ones.
        summarize_gradients: add summaries of them.
        gate_gradients, aggregation_method, colocate_gradients_with_ops: as `Optimizer.compute_gradients` has them.
        check_numerics: fail if the loss is infinite or no number.

    Raises AssertionError for a variable that is not trainable.
    """
    if isinstance(global_step, int) and global_step == THE_GLOBAL_STEP:
        global_step = v1.train.get_or_create_global_step()
    known = set(v1.get_collection(v1.GraphKeys.UPDATE_OPS))
    chosen = known if update_ops is None else set(update_ops)
    if not known <= chosen:
        v1.logging.warning("update_ops in create_train_op does not contain all the update_ops in GraphKeys.UPDATE_OPS")
    if chosen:
        ordered = [op for op in v1.get_collection(v1.GraphKeys.UPDATE_OPS) if op in chosen]
        ordered += [op for op in update_ops or [] if op not in known]
        with v1.control_dependencies(ordered):
            barrier = v1.no_op(name="update_barrier")
        with v1.control_dependencies([barrier]):
            total_loss = v1.identity(total_loss, name="control_dependency")
    if variables_to_train is None:
        variables_to_train = v1.trainable_variables()
    else:
        trainable = {v.name for v in v1.trainable_variables()}
        for variable in variables_to_train:
            assert variable.name in trainable
    assert variables_to_train
    pairs = optimizer.compute_gradients(
        total_loss,
        variables_to_train,
        gate_gradients=gate_gradients,
        aggregation_method=aggregation_method,
        colocate_gradients_with_ops=colocate_gradients_with_ops,
    )
    if transform_grads_fn:
        pairs = transform_grads_fn(pairs)
    if summarize_gradients:
        with v1.name_scope("summarize_grads"):
            add_gradients_summaries(pairs)
    step = optimizer.apply_gradients(pairs, global_step=global_step)
    with v1.name_scope("train_op"):
        if check_numerics:
            total_loss = v1.check_numerics(total_loss, "LossTensor is inf or nan")
        with v1.control_dependencies([step]):
            train_op = v1.identity(total_loss, name="control_dependency")
    if not any(train_op is other for other in v1.get_collection_ref(v1.GraphKeys.TRAIN_OP)):
        v1.add_to_collection(v1.GraphKeys.TRAIN_OP, train_op)
    return train_op


def train(
    train_op: Any,
    logdir: str | None,
    master: str = "",
    is_chief: bool = True,
    scaffold: Any = None,
    hooks: Any = None,
    chief_only_hooks: Any = None,
    save_checkpoint_secs: Any = 600,
    save_summaries_steps: Any = 100,
    config: Any = None,
    max_wait_secs: int = 7200,
    run_metadata: Any = None,
) -> Any:
    """Runs `train_op` in a `tf.train.MonitoredTrainingSession` until a hook stops it; gives its last value, None for
    none. The arguments are those of the session.

    Raises ValueError for a chief that is to save without a folder.
    """
    if logdir is None and is_chief:
        if save_summaries_steps:
            raise ValueError("logdir cannot be None when save_summaries_steps is not None")
        if save_checkpoint_secs:
            raise ValueError("logdir cannot be None when save_checkpoint_secs is not None")
    with v1.train.MonitoredTrainingSession(
        master=master,
        is_chief=is_chief,
        checkpoint_dir=logdir,
        scaffold=scaffold,
        hooks=hooks,
        chief_only_hooks=chief_only_hooks,
        save_checkpoint_secs=save_checkpoint_secs,
        save_summaries_steps=save_summaries_steps,
        config=config,
        max_wait_secs=max_wait_secs,
    ) as session:
        loss = None
        while not session.should_stop():
            loss = session.run(train_op, run_metadata=run_metadata)
    return loss
