"""`tf.contrib.framework`: variables from checkpoints and from values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow.compat.v1 as v1

from tf1rnn.contrib.framework.variables import get_unique_variable, get_variable_full_name

Restore = Callable[[Any], None]


def _grouped(var_list: Any) -> dict[str, list[Any]]:
    """Name in the checkpoint -> variables; the parts of a divided variable have one name."""
    if isinstance(var_list, dict):
        return {name: list(v) if isinstance(v, (tuple, list)) else [v] for name, v in var_list.items()}
    groups: dict[str, list[Any]] = {}
    for variable in var_list:
        for part in list(variable) if hasattr(variable, "_variable_list") else [variable]:
            groups.setdefault(get_variable_full_name(part), []).append(part)
    return groups


def _assignments(values: list[tuple[Any, np.ndarray]]) -> tuple[Any, dict[Any, np.ndarray]]:
    """(op, feeds): values are fed, so that the graph does not hold them."""
    operations, feeds = [], {}
    for variable, value in values:
        fed = v1.placeholder(variable.dtype.base_dtype, variable.get_shape(), name=f"placeholder/{variable.op.name}")
        operations.append(variable.assign(fed))
        feeds[fed] = value.reshape(variable.get_shape().as_list())
    return v1.group(*operations), feeds


def assign_from_checkpoint(
    model_path: str, var_list: Any, ignore_missing_vars: bool = False
) -> tuple[Any, dict[Any, np.ndarray]]:
    """(op, feed_dict) to run in order to take variables from a checkpoint.

    Args:
        model_path: prefix of the checkpoint.
        var_list: variables, or a dict from names in the checkpoint to a variable or the parts of one.
        ignore_missing_vars: whether a variable that the checkpoint lacks is only warned about.

    Raises ValueError for a missing variable or one of another shape.
    """
    reader = v1.train.load_checkpoint(model_path)
    values: list[tuple[Any, np.ndarray]] = []
    for name, parts in _grouped(var_list).items():
        if not reader.has_tensor(name):
            message = f"Checkpoint is missing variable [{name}]"
            if not ignore_missing_vars:
                raise ValueError(message)
            v1.logging.warning(message)
            continue
        stored = np.asarray(reader.get_tensor(name))
        for part in parts:
            cut = part._get_save_slice_info()
            value = stored
            if cut is not None:
                value = stored[tuple(slice(o, o + n) for o, n in zip(cut.var_offset, cut.var_shape, strict=True))]
            if not part.get_shape().is_compatible_with(value.shape):
                raise ValueError(
                    f"Total size of new array must be unchanged for {name} lh_shape: [{value.shape}], "
                    f"rh_shape: [{part.get_shape()}]"
                )
            values.append((part, value))
    return _assignments(values)


def assign_from_checkpoint_fn(
    model_path: str, var_list: Any, ignore_missing_vars: bool = False, reshape_variables: bool = False
) -> Restore | None:
    """A function of a session that takes variables from a checkpoint; None if there are none to take.

    Args:
        model_path, var_list, ignore_missing_vars: see assign_from_checkpoint.
        reshape_variables: whether a variable may have another shape with as many elements.

    Raises ValueError for an empty var_list.
    """
    if not var_list:
        raise ValueError("var_list cannot be empty")
    if ignore_missing_vars:
        reader = v1.train.load_checkpoint(model_path)
        named = var_list if isinstance(var_list, dict) else {v.op.name: v for v in var_list}
        var_list = {name: v for name, v in named.items() if reader.has_tensor(name)}
        for name in named:
            if name not in var_list:
                v1.logging.warning("Variable %s missing in checkpoint %s", name, model_path)
    if not var_list:
        v1.logging.warning("No Variables to restore")
        return None
    saver = v1.train.Saver(var_list, reshape=reshape_variables)

    def restore(session: Any) -> None:
        saver.restore(session, model_path)

    return restore


def assign_from_values(var_names_to_values: dict[str, Any]) -> tuple[Any, dict[Any, np.ndarray]]:
    """(op, feed_dict) to run in order to give variables, by op name, these values.

    Raises ValueError for an unknown name.
    """
    return _assignments([(get_unique_variable(name), np.asarray(v)) for name, v in var_names_to_values.items()])


def assign_from_values_fn(var_names_to_values: dict[str, Any]) -> Restore:
    """A function of a session that gives variables, by op name, these values. ValueError for an unknown name."""
    operation, feeds = assign_from_values(var_names_to_values)

    def assign(session: Any) -> None:
        session.run(operation, feeds)

    return assign
