"""The variables of TF1 graphs as the proof sees them: in order of creation, without optimizers' slots."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from migrate.verify.records import leaves
from migrate.weights import LegacyVariable


@dataclass(frozen=True)
class Snapshot:
    """Values of variables at one moment."""

    variables: list[Any]
    values: list[np.ndarray | None]

    def restore(self, session: Any, run: Callable[..., Any]) -> None:
        """Give the variables these values again."""
        _assign(session, run, self.variables, self.values)


class GraphVariables:
    """Reads variables through sessions, and knows which of them belong to an optimizer."""

    def __init__(self) -> None:
        self._of_optimizers: set[int] = set()
        self._kept: list[Any] = []  # keeps those variables alive, so that ids stay unique

    def install(self) -> None:
        """Watch `apply_gradients`: variables that appear while it runs are an optimizer's slots."""
        from tensorflow.python.training import optimizer as optimizer_module

        plain = optimizer_module.Optimizer.apply_gradients
        watcher = self

        def apply_gradients(self: Any, *args: Any, **kwargs: Any) -> Any:
            before = {id(variable) for variable in _global_variables()}
            try:
                return plain(self, *args, **kwargs)
            finally:
                new = [variable for variable in _global_variables() if id(variable) not in before]
                watcher._of_optimizers.update(id(variable) for variable in new)
                watcher._kept.extend(new)

        optimizer_module.Optimizer.apply_gradients = apply_gradients

    def read(self, session: Any, run: Callable[..., Any]) -> list[LegacyVariable]:
        """Names and values of the session's variables. A variable without a value yet has None."""
        with session.graph.as_default():
            variables = [one for one in _global_variables() if id(one) not in self._of_optimizers]
            trained = {id(one) for one in _trainable_variables()}
        values = _values(session, run, variables)
        return [
            LegacyVariable(one.op.name, id(one) in trained, value)
            for one, value in zip(variables, values, strict=True)
        ]

    def origins(
        self, session: Any, run: Callable[..., Any], draws: Callable[..., bool], present: list[LegacyVariable]
    ) -> tuple[set[str], set[str]]:
        """Names of the variables that are what their initial values say, without chance, and of those drawn."""
        with session.graph.as_default():
            initial = {one.op.name: one.initializer.inputs[1] for one in _global_variables() if one.initializer}
        known = [one for one in present if one.value is not None and one.name in initial]
        drawn = {one.name for one in known if draws(session.graph, initial[one.name], None)}
        given = set()
        for one in known:
            if one.name in drawn:
                continue
            try:
                value = np.array(run(session, initial[one.name]))
            except Exception:  # it needs a feed, or what is not there any more
                continue
            if one.value is not None and np.array_equal(value, one.value, equal_nan=value.dtype.kind == "f"):
                given.add(one.name)
        return given, drawn

    def nudge(self, session: Any, run: Callable[..., Any], size: float, seed: int) -> None:
        """Change every trained float variable by a relative `size`, elements up or down at random."""
        with session.graph.as_default():
            variables = _trainable_variables()
        draw = np.random.RandomState(seed)  # of its own: the program's random numbers stay what they are
        moved: list[np.ndarray | None] = []
        for value in _values(session, run, variables):
            if value is None or value.dtype.kind != "f":
                moved.append(None)
            else:
                moved.append((value * (1.0 + size * draw.choice([-1.0, 1.0], value.shape))).astype(value.dtype))
        _assign(session, run, variables, moved)

    def restore(self, session: Any, run: Callable[..., Any], values: Mapping[str, np.ndarray]) -> list[str]:
        """Give all variables, slots too, the values of their names. Returns the names for which there are none.

        Raises `ValueError` for a value of another shape.
        """
        with session.graph.as_default():
            variables = _global_variables()
        given = [values.get(one.op.name) for one in variables]
        for one, value in zip(variables, given, strict=True):
            if value is not None and not one.shape.is_compatible_with(value.shape):
                raise ValueError(f"{one.op.name} has the shape {one.shape}, the checkpoint's has {value.shape}")
        _assign(session, run, variables, given)
        return [one.op.name for one, value in zip(variables, given, strict=True) if value is None]

    def snapshot(self, session: Any, run: Callable[..., Any]) -> Snapshot:
        """The values of all variables, slots and local ones too."""
        with session.graph.as_default():
            variables = _all_variables()
        return Snapshot(variables, _values(session, run, variables))

    @staticmethod
    def is_initializer(graph: Any, fetches: Any) -> bool:
        """Whether a run does nothing but initialise variables or tables."""
        operations = []
        for fetch in leaves(fetches):
            if isinstance(fetch, str):
                try:
                    fetch = graph.as_graph_element(fetch)
                except (KeyError, ValueError):
                    return False
            if not hasattr(fetch, "control_inputs"):  # a tensor or variable: its value is wanted
                return False
            operations.append(fetch)
        with graph.as_default():
            assignments = {one.initializer for one in _all_variables() if one.initializer is not None}
        return bool(operations) and all(_only_initializes(one, assignments, set()) for one in operations)


_TABLES = ("InitializeTable", "LookupTableImport")


def _only_initializes(operation: Any, assignments: set[Any], seen: set[Any]) -> bool:
    if operation in assignments or operation.type.startswith(_TABLES) or operation in seen:
        return True
    seen.add(operation)
    if operation.type != "NoOp":
        return False
    # An empty group is what the initializer of a graph without local variables or tables is.
    return all(_only_initializes(one, assignments, seen) for one in operation.control_inputs)


def _global_variables() -> list[Any]:
    import tensorflow.compat.v1 as tf1

    return list(tf1.global_variables())


def _trainable_variables() -> list[Any]:
    import tensorflow.compat.v1 as tf1

    return list(tf1.trainable_variables())


def _all_variables() -> list[Any]:
    import tensorflow.compat.v1 as tf1

    return list(tf1.global_variables()) + list(tf1.local_variables())


def _assign(
    session: Any, run: Callable[..., Any], variables: list[Any], values: list[np.ndarray | None]
) -> None:
    """Run the initializers with other values; a variable whose value is None stays as it is."""
    feeds: dict[Any, np.ndarray] = {}
    operations: list[Any] = []
    for variable, value in zip(variables, values, strict=True):
        if value is None:
            continue
        initial = variable.initializer.inputs[1]
        if initial.ref() in feeds:  # variables that share their initial value: one after the other
            run(session, operations, {key.deref(): one for key, one in feeds.items()})
            feeds, operations = {}, []
        feeds[initial.ref()] = value
        operations.append(variable.initializer)
    if operations:
        run(session, operations, {key.deref(): one for key, one in feeds.items()})


def _values(session: Any, run: Callable[..., Any], variables: list[Any]) -> list[np.ndarray | None]:
    import tensorflow as tf

    try:
        return [np.array(value) for value in run(session, variables)]
    except tf.errors.FailedPreconditionError:  # at least one was never initialised: ask one by one
        pass
    values: list[np.ndarray | None] = []
    for variable in variables:
        try:
            values.append(np.array(run(session, variable)))
        except tf.errors.FailedPreconditionError:
            values.append(None)
    return values
