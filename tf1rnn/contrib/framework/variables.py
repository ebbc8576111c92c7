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
