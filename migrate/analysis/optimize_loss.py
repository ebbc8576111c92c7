"""tf.contrib.layers.optimize_loss: an optimizer made and applied in one call, whose result is the loss.

TF1 put together: the rate (with its decay), the optimizer, gradients of all trained variables, clipping by their global
norm, the update, the step. What it gave back was the loss of before the update, not an operation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.finders import names_read
from migrate.analysis.graph_collections import SUMMARIES
from migrate.analysis.optimizers import OPTIMIZERS
from migrate.analysis.program import Update
from migrate.analysis.scope import Refuse, Scope, Slot, arguments, assign, code_of, is_none, keyword, parse
from migrate.analysis.training import counted, loss_of, named, optimizer, updated, variable_list
from migrate.analysis.values import UNKNOWN, Value
from migrate.builders.substitution import Replaced, split

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator

Result = tuple[Value, cst.BaseExpression]
_PARAMETERS = (
    *("loss", "global_step", "learning_rate", "optimizer", "gradient_noise_scale", "gradient_multipliers"),
    *("clip_gradients", "learning_rate_decay_fn", "update_ops", "variables", "name", "summaries"),
    *("colocate_gradients_with_ops", "increment_global_step"),
)
# What TF1 called its optimizers here, and what else it gave them.
_NAMES = {
    "SGD": ("train.GradientDescentOptimizer", ""),
    "Momentum": ("train.MomentumOptimizer", "momentum=0.9"),
    "Adagrad": ("train.AdagradOptimizer", ""),
    "Adam": ("train.AdamOptimizer", ""),
    "Ftrl": ("train.FtrlOptimizer", ""),
    "RMSProp": ("train.RMSPropOptimizer", ""),
}
_REFUSED = ("gradient_noise_scale", "gradient_multipliers", "update_ops")
_ADVICE = "Write the optimizer, its gradients and apply_gradients out."


def optimize_loss(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """optimize_loss(loss, global_step, learning_rate, optimizer, clip_gradients=...)."""
    bound = {key: given for key, given in arguments(node, _PARAMETERS, "tf." + name).items() if not is_none(given)}
    for option in _REFUSED:
        if option in bound:
            raise Refuse(node, "optimizer-option", f"tf.{name}({option}=...) is not carried over", _ADVICE)
    if "loss" not in bound or "optimizer" not in bound:
        raise Refuse(node, "unknown-argument", f"tf.{name} is called without a loss or an optimizer")
    step = _step(ev, node, bound, scope)
    held, made = _optimizer(ev, node, bound, scope, slot)
    record = named(ev, node, held, made, slot)
    counted(ev, record, node, step, scope)
    if not _known_empty(ev, bound.get("summaries"), scope):
        ev.program.collections.nameless.setdefault(SUMMARIES, []).append(node)
    loss = loss_of(ev, bound["loss"], scope, slot)
    listed = variable_list(ev, node, bound.get("variables"), scope)
    update = Update(held.owner, loss_code=loss, variables=listed)
    if "clip_gradients" in bound:
        update = _clipped(ev, node, held.owner, loss, listed, bound["clip_gradients"], scope, slot)
    needed = frozenset(slot.losses)
    slot.needs |= set(ev.program.collections.updates)
    trained, code = updated(ev, update, record, node, slot)
    return values.TrainOp(trained.updates, loss=(loss, needed)), code


def _step(
    ev: Evaluator, node: cst.Call, bound: dict[str, cst.BaseExpression], scope: Scope
) -> cst.BaseExpression | Value | None:
    """What counts the updates: the given step, else the one that the graph has by now, as TF1 looked for it."""
    given: cst.BaseExpression | Value | None = bound.get("global_step")
    if given is None:
        place = ev.program.facts.named_step
        found = [i for i, owner in enumerate(ev.program.owners) if owner.global_step and owner.place == place]
        if found:
            given = values.Variable(found[0], False)
        elif any(owner.leaf == "global_step" for owner in ev.program.owners):
            reason = "optimize_loss is not given the global step, and finds the variable by its name"
            raise Refuse(node, "global-step", reason, "Pass it as global_step.")
    if "increment_global_step" in bound and given is not None:
        known = ev.constant(bound["increment_global_step"], scope)
        if known is not True:
            reason = "optimize_loss(increment_global_step=...) keeps the step, and Keras's optimizer counts it"
            raise Refuse(node, "global-step", reason, "Drop the option, or pass no global step.")
    return given


def _optimizer(
    ev: Evaluator, node: cst.Call, bound: dict[str, cst.BaseExpression], scope: Scope, slot: Slot
) -> tuple[values.Optimizer, cst.BaseExpression]:
    """The optimizer that a name, a class, a function or an object stands for, with the rate and its decay."""
    given = bound["optimizer"]
    rate = bound.get("learning_rate")
    decay = bound.get("learning_rate_decay_fn")
    if rate is not None and decay is not None:
        if "global_step" not in bound:
            raise Refuse(node, "decay-step", "a rate decays, and the step is not given", "Pass it as global_step.")
        rate = _applied(ev, node, decay, [rate, bound["global_step"]], "learning_rate_decay_fn", scope)
    if isinstance(given, cst.Lambda):
        return _checked(node, ev.evaluate(_applied(ev, node, given, _rates(rate), "optimizer", scope), scope, slot))
    kind, option = _NAMES.get(str(ev.constant(given, scope)), ("", ""))
    symbol = ev.symbol_of(given, scope)
    if symbol is not None and ev.program.canonical(symbol) in OPTIMIZERS:
        kind = ev.program.canonical(symbol)
    if not kind:
        return _checked(node, ev.evaluate(given, scope, slot))
    if rate is None:
        raise Refuse(node, "learning-rate", "optimize_loss is given the kind of an optimizer and no learning rate")
    args = [keyword("learning_rate", rate)]
    if option:
        key, _, text = option.partition("=")
        args.append(keyword(key, parse(text)))
    call = cst.Call(parse("tf." + kind), args)
    ev.program.positions.setdefault(call, ev.program.positions[node])
    return _checked(node, optimizer(ev, call, kind, scope, slot))


def _rates(rate: cst.BaseExpression | None) -> list[cst.BaseExpression]:
    return [] if rate is None else [rate]


def _checked(node: cst.Call, found: Result) -> tuple[values.Optimizer, cst.BaseExpression]:
    value, code = found
    if isinstance(value, values.Optimizer):
        return value, code
    raise Refuse(node, "optimizer-option", "the source does not show which optimizer optimize_loss is given", _ADVICE)


def _applied(
    ev: Evaluator,
    node: cst.Call,
    function: cst.BaseExpression,
    given: list[cst.BaseExpression],
    option: str,
    scope: Scope,
) -> cst.BaseExpression:
    """What a function of one expression gives, with what it is called with in the place of its parameters."""
    held = ev.look(function, scope) if isinstance(function, cst.Name) else None
    body, params = (function.body, function.params) if isinstance(function, cst.Lambda) else (None, None)
    if isinstance(held, values.Function) and not held.node.decorators:
        statements, body = split(held.node)
        body, params = None if statements is None or statements.body else body, held.node.params
    if body is None or params is None or len(params.params) != len(given) or not all(map(_repeatable, given)):
        raise Refuse(node, "optimizer-option", f"optimize_loss({option}=...) is a function of the program", _ADVICE)
    names = {param.name.value: one for param, one in zip(params.params, given, strict=True)}
    if isinstance(held, values.Function):
        from migrate.analysis.function_calls import Helper

        assert isinstance(function, cst.Name)
        home = (scope.find(function.value) or (None, scope))[1]
        if any(scope.find(name) != home.find(name) for name in names_read(body) - set(names)):
            reason = f"optimize_loss({option}=...) is a function that reads names of another place"
            raise Refuse(node, "optimizer-option", reason, _ADVICE)
        ev.program.helpers[held.node] = Helper(None)  # nothing is left of it
    result = body.visit(Replaced(names, ev.program.positions))
    assert isinstance(result, cst.BaseExpression)
    return result


def _repeatable(node: cst.BaseExpression) -> bool:
    """Whether an expression may stand in several places."""
    return isinstance(node, (cst.Name, cst.Attribute, cst.BaseNumber, cst.Subscript))


def _clipped(
    ev: Evaluator,
    node: cst.Call,
    owner: int,
    loss: cst.BaseExpression,
    listed: cst.BaseExpression | None,
    given: cst.BaseExpression,
    scope: Scope,
    slot: Slot,
) -> Update:
    """An update by gradients of which the global norm is clipped: apply_gradients."""
    inner = Slot()
    value, norm = ev.evaluate(given, scope, inner)
    number = isinstance(value, values.Python) and not isinstance(given, (cst.Lambda, cst.Call))
    known = ev.constant(given, scope)
    if not number or inner.needs or inner.graph or not (known is UNKNOWN or isinstance(known, float)):
        raise Refuse(node, "optimizer-option", "optimize_loss(clip_gradients=...) is not a float", _ADVICE)
    slot.captures |= inner.captures
    variables, gradients = ev.program.fresh("variables"), ev.program.fresh("gradients")
    held = code_of(listed) if listed is not None else "tape.watched_variables()"
    prelude = [
        assign(variables, parse(held)),
        assign(gradients, parse(f"tape.gradient({code_of(loss)}, {variables})")),
        assign(cst.Tuple([cst.Element(cst.Name(gradients)), cst.Element(cst.Name("_"))], lpar=[], rpar=[]),
               parse(f"tf.clip_by_global_norm({gradients}, {code_of(norm)})")),
    ]  # fmt: skip
    return Update(owner, pairs=parse(f"zip({gradients}, {variables})"), prelude=list(prelude))


def _known_empty(ev: Evaluator, given: cst.BaseExpression | None, scope: Scope) -> bool:
    """Whether the call is told to make no summaries; it makes some unless it is."""
    return isinstance(given, (cst.List, cst.Tuple)) and not given.elements
