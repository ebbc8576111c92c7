"""`tf.contrib.framework`: variables by collection, scope and name."""

from __future__ import annotations

import functools
import re
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.contrib.framework.penalties import with_penalty
from tf1rnn.contrib.framework.scoped_arguments import add_arg_scope


@add_arg_scope
def variable(
    name: str,
    shape: Any = None,
    dtype: Any = None,
    initializer: Any = None,
    regularizer: Any = None,
    trainable: bool = True,
    collections: Any = None,
    caching_device: Any = None,
    device: Any = None,
    partitioner: Any = None,
    custom_getter: Any = None,
    use_resource: bool | None = None,
    synchronization: Any = v1.VariableSynchronization.AUTO,
    aggregation: Any = v1.VariableAggregation.NONE,
) -> Any:
    """`tf.get_variable` on a device, also under the given collections (GLOBAL_VARIABLES always)."""
    keys = list(collections if collections is not None else [v1.GraphKeys.GLOBAL_VARIABLES])
    if v1.GraphKeys.GLOBAL_VARIABLES not in keys:
        keys.append(v1.GraphKeys.GLOBAL_VARIABLES)
    getter = custom_getter or v1.get_variable
    if custom_getter is not None:
        getter = functools.partial(custom_getter, reuse=v1.get_variable_scope().reuse)
    make = functools.partial(
        getter,
        name,
        shape=shape,
        dtype=dtype,
        initializer=initializer,
        trainable=trainable,
        collections=keys,
        caching_device=caching_device,
        partitioner=partitioner,
        use_resource=use_resource,
        synchronization=synchronization,
        aggregation=aggregation,
    )
    with v1.device(device or ""):
        return with_penalty(make, regularizer)


@add_arg_scope
def model_variable(
    name: str,
    shape: Any = None,
    dtype: Any = v1.float32,
    initializer: Any = None,
    regularizer: Any = None,
    trainable: bool = True,
    collections: Any = None,
    caching_device: Any = None,
    device: Any = None,
    partitioner: Any = None,
    custom_getter: Any = None,
    use_resource: bool | None = None,
    synchronization: Any = v1.VariableSynchronization.AUTO,
    aggregation: Any = v1.VariableAggregation.NONE,
) -> Any:
    """`variable` that is also in the collection MODEL_VARIABLES."""
    keys = [*(collections or []), v1.GraphKeys.GLOBAL_VARIABLES, v1.GraphKeys.MODEL_VARIABLES]
    return variable(
        name,
        shape=shape,
        dtype=dtype,
        initializer=initializer,
        regularizer=regularizer,
        trainable=trainable,
        collections=keys,
        caching_device=caching_device,
        device=device,
        partitioner=partitioner,
        custom_getter=custom_getter,
        use_resource=use_resource,
        synchronization=synchronization,
        aggregation=aggregation,
    )


def get_variables(scope: Any = None, suffix: str | None = None, collection: str = "variables") -> list[Any]:
    """The variables of a collection whose name starts with a scope and ends with a suffix."""
    if isinstance(scope, v1.VariableScope):
        scope = scope.name
    if suffix is not None:
        scope = f"{scope or ''}.*{suffix}" if ":" in suffix else f"{scope or ''}.*{suffix}:"
    return v1.get_collection(collection, scope)


def get_trainable_variables(scope: Any = None, suffix: str | None = None) -> list[Any]:
    """`get_variables` of the trainable variables."""
    return get_variables(scope, suffix, v1.GraphKeys.TRAINABLE_VARIABLES)


def get_model_variables(scope: Any = None, suffix: str | None = None) -> list[Any]:
    """`get_variables` of the model variables."""
    return get_variables(scope, suffix, v1.GraphKeys.MODEL_VARIABLES)


def get_local_variables(scope: Any = None, suffix: str | None = None) -> list[Any]:
    """`get_variables` of the local variables."""
    return get_variables(scope, suffix, v1.GraphKeys.LOCAL_VARIABLES)


def get_variables_by_suffix(suffix: str, scope: Any = None) -> list[Any]:
    """The variables whose name ends with a suffix."""
    return get_variables(scope, suffix)


def get_variables_by_name(given_name: str, scope: Any = None) -> list[Any]:
    """The variables whose last name is this."""
    return get_variables(scope, f"/{given_name}:|^{given_name}:")


def get_variables_to_restore(include: Any = None, exclude: Any = None) -> list[Any]:
    """All variables that match one of the `include` patterns and none of the `exclude` patterns."""
    wanted = [v for pattern in include or [None] for v in get_variables(pattern)]
    return [v for v in wanted if not any(re.match(pattern, v.op.name) for pattern in exclude or [])]


def get_global_step(graph: Any = None) -> Any:
    """The global step, or None."""
    return v1.train.get_global_step(graph)


def get_or_create_global_step(graph: Any = None) -> Any:
    """The global step; made if there is none."""
    return v1.train.get_or_create_global_step(graph)


def create_global_step(graph: Any = None) -> Any:
    """Makes the global step; ValueError if there is one."""
    return v1.train.create_global_step(graph)


def assert_global_step(global_step_tensor: Any) -> None:
    """Raises TypeError unless this can be a global step."""
    v1.train.assert_global_step(global_step_tensor)


def add_model_variable(var: Any) -> None:
    """Puts a variable into the collection MODEL_VARIABLES, once."""
    if not any(var is v for v in v1.get_collection(v1.GraphKeys.MODEL_VARIABLES)):
        v1.add_to_collection(v1.GraphKeys.MODEL_VARIABLES, var)


def assert_or_get_global_step(graph: Any = None, global_step_tensor: Any = None) -> Any:
    """The given global step, checked, or that of the graph, or None."""
    if global_step_tensor is None:
        return v1.train.get_global_step(graph)
    v1.train.assert_global_step(global_step_tensor)
    return global_step_tensor


def local_variable(
    initial_value: Any, validate_shape: bool = True, name: str | None = None, use_resource: bool | None = None
) -> Any:
    """A variable in the collection LOCAL_VARIABLES, not trained and not saved."""
    keys = [v1.GraphKeys.LOCAL_VARIABLES]
    return v1.Variable(
        initial_value,
        trainable=False,
        collections=keys,
        validate_shape=validate_shape,
        name=name,
        use_resource=use_resource,
    )


def global_variable(
    initial_value: Any, validate_shape: bool = True, name: str | None = None, use_resource: bool | None = None
) -> Any:
    """A variable in the collection GLOBAL_VARIABLES, not trained."""
    keys = [v1.GraphKeys.GLOBAL_VARIABLES]
    return v1.Variable(
        initial_value,
        trainable=False,
        collections=keys,
        validate_shape=validate_shape,
        name=name,
        use_resource=use_resource,
    )


def get_unique_variable(var_op_name: str) -> Any:
    """The variable with this op name; ValueError if there is none."""
    found = get_variables(var_op_name)
    if not found:
        raise ValueError(f"Couldn't find variable {var_op_name}")
    for each in found:
        if each.op.name == var_op_name:
            return each
    raise ValueError(f"Variable {var_op_name} does not uniquely identify a variable")


def get_variable_full_name(var: Any) -> str:
    """The name in a checkpoint: that of the op, or of the whole of which this is a part."""
    part = var._get_save_slice_info()
    return part.full_name if part else var.op.name


def filter_variables(
    var_list: list[Any], include_patterns: Any = None, exclude_patterns: Any = None, reg_search: bool = True
) -> list[Any]:
    """The variables that match one of the `include_patterns` (all, if there are none) and no `exclude_patterns`.

    A pattern may match anywhere in the op name; without `reg_search` only from its beginning.
    """
    match = re.search if reg_search else re.match

    def any_of(patterns: Any, each: Any) -> bool:
        return any(match(pattern, each.op.name) for pattern in patterns)

    kept = [v for v in var_list if not include_patterns or any_of(include_patterns, v)]
    return [v for v in kept if not any_of(exclude_patterns or (), v)]


class VariableDeviceChooser:
    """A function of operations for `tf.device`: parameter servers in turn.

    Args:
        num_tasks: number of parameter servers; 0 if there are none.
        job_name: their job.
        device_type, device_index: device of each of them.
        replica: replica of the job.
    """

    def __init__(
        self,
        num_tasks: int = 0,
        job_name: str = "ps",
        device_type: str = "CPU",
        device_index: int = 0,
        replica: int | None = None,
    ) -> None:
        self._job_name = job_name
        self._device = dict(device_type=device_type, device_index=device_index, replica=replica)
        self._num_tasks = num_tasks
        self._next = 0

    def __call__(self, op: Any) -> str:
        spec = dict(self._device)
        if self._num_tasks > 0:
            spec.update(job=self._job_name, task=self._next)
            self._next = (self._next + 1) % self._num_tasks
        return v1.DeviceSpec(**spec).to_string()
