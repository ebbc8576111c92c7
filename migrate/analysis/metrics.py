"""Streaming metrics and the data loaders of the tutorials."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.scope import Refuse, Scope, Slot, arguments, assign, code_of, is_none, parse
from migrate.analysis.values import Value

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator

Result = tuple[Value, cst.BaseExpression]


def accuracy(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.metrics.accuracy: the pair (value, update_op) over a keras.metrics.Accuracy."""
    bound = arguments(
        node, ("labels", "predictions", "weights", "metrics_collections", "updates_collections", "name"), "tf." + name
    )
    for option in ("metrics_collections", "updates_collections"):
        if not is_none(bound.get(option)):
            raise Refuse(node, "metric-option", f"tf.{name}({option}=...) is not carried over")
    parts = [code_of(ev.evaluate(bound[p], scope, slot)[1]) for p in ("labels", "predictions")]
    if not is_none(bound.get("weights")):
        parts.append(code_of(ev.evaluate(bound["weights"], scope, slot)[1]))
    return _metric(ev, "accuracy_metric", "Accuracy", parts, slot)


def mean(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.metrics.mean: the pair (value, update_op) over a keras.metrics.Mean."""
    bound = arguments(node, ("values", "weights", "metrics_collections", "updates_collections", "name"), "tf." + name)
    for option in ("weights", "metrics_collections", "updates_collections"):
        if not is_none(bound.get(option)):
            raise Refuse(node, "metric-option", f"tf.{name}({option}=...) is not carried over")
    return _metric(ev, "mean_metric", "Mean", [code_of(ev.evaluate(bound["values"], scope, slot)[1])], slot)


def _metric(ev: Evaluator, base: str, keras: str, parts: list[str], slot: Slot) -> Result:
    """(value, update_op) of a streaming metric, made once."""
    metric = ev.program.fresh(base)
    ev.program.imports.add("keras")
    slot.creations.append(assign(metric, parse(f"keras.metrics.{keras}()")))
    slot.graph = slot.stateful = True
    both = (parse(f"{metric}.result()"), parse(f"{metric}({', '.join(parts)})"))
    return values.Sequence((values.Tensor(), values.Tensor()), both), parse(f"({metric}.result(), {code_of(both[1])})")


def read_mnist(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """input_data.read_data_sets(folder, ...): the data set of Keras in the form the script relied on."""
    bound = arguments(
        node,
        ("train_dir", "fake_data", "one_hot", "dtype", "reshape", "validation_size", "seed", "source_url"),
        "tf." + name,
    )
    for option in ("fake_data", "dtype", "source_url"):
        if option in bound and ev.constant(bound[option], scope) not in (False, None):
            raise Refuse(node, "mnist-option", f"read_data_sets({option}=...) is not carried over")
    parts = [
        f"{option}={code_of(ev.creation(bound[option], scope, slot))}"
        for option in ("one_hot", "reshape", "validation_size", "seed")
        if option in bound
    ]
    if "seed" not in bound and ev.program.graph_seed is not None:  # the reader seeds NumPy with the graph's seed
        parts.append(f"seed={code_of(ev.program.graph_seed)}")
    ev.program.support.add("mnist")
    ev.program.note(node, "MNIST comes from keras.datasets now, not from the folder the script names.")
    return values.Python(), parse(f"{ev.program.support_name('read_mnist')}({', '.join(parts)})")
