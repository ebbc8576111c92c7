"""Optimizers, gradients and learning rates: what becomes of tf.train.*Optimizer and its methods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.control import averages
from migrate.analysis.optimizers import OPTIMIZERS, SCHEDULES, OptimizerForm
from migrate.analysis.program import OptimizerRecord, Update
from migrate.analysis.scope import Definition, Refuse, Scope, Slot, arguments, assign, code_of, is_none, parse
from migrate.analysis.values import Value

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator

Result = tuple[Value, cst.BaseExpression]


@dataclass(frozen=True)
class Schedule(Value):
    """A learning rate that follows the global step; `place`: where that step's variable is made."""

    place: tuple[int, int]


def optimizer(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.train.AdamOptimizer(...) and its kin: the Keras optimizer with TF1's constants."""
    form = OPTIMIZERS[name]
    bound = arguments(node, form.parameters, "tf." + name)
    keywords: list[str] = []
    changing = False
    record = OptimizerRecord("", form.keras, ev.program.model, node=node, densify=form.densify, sparse=form.sparse)
    record.home = ev.walker.region.scope if ev.walker.region.local and not ev.program.model else None
    place = ev.program.place(node)
    record.shrinks = form.shrinks
    record.by_rows = frozenset() if form.sparse else frozenset([place])
    record.summed_rows = frozenset([place]) if form.densify and form.sparse else frozenset()
    if "learning_rate" in bound:
        changing = _learning_rate(ev, node, bound["learning_rate"], form, record, keywords, scope, slot)
    elif form.default_rate is not None:
        keywords.append(form.default_rate)
    for parameter, keras_name, default in form.options:
        given = bound.get(parameter)
        if given is None:
            if default is not None:
                keywords.append(f"{keras_name}={default}")
            continue
        inner = Slot()
        value, _ = ev.evaluate(given, scope, inner)
        if inner.needs or not isinstance(value, values.Python):
            raise Refuse(node, "optimizer-option", f"tf.{name}({parameter}=...) is a tensor")
        keywords.append(f"{keras_name}={code_of(ev.creation(given, scope, slot))}")
    for parameter in form.refused:
        if parameter in bound and ev.constant(bound[parameter], scope) not in (False, None):
            raise Refuse(node, "optimizer-option", f"tf.{name}({parameter}=...) has no equal in Keras")
    ev.program.imports.add("keras")
    support = form.changing_support if changing and not form.changing_rate else form.support
    made = f"keras.optimizers.{form.keras}"
    if support:
        ev.program.support.add(support)
        if record.rate_code is not None and not form.changing_rate:
            keywords.insert(0, "0.0")  # assigned before each step
        made = ev.program.support_name(support)
    if place in ev.program.facts.by_rows:
        ev.program.next.by_rows.add(place)
        ev.program.support.add("by_rows")
        made = f"{ev.program.support_name('by_rows')}({made})"
        record.sparse, record.densify = True, False
    if place in ev.program.facts.summed_rows:
        ev.program.next.summed_rows.add(place)
        ev.program.support.add("summed_rows")
        made = f"{ev.program.support_name('summed_rows')}({made})"
        record.densify = False
    text = f"{made}({', '.join(keywords)})"
    ev.program.optimizers.append(record)
    return values.Optimizer(len(ev.program.optimizers) - 1), parse(text)


def _learning_rate(
    ev: Evaluator,
    node: cst.Call,
    given: cst.BaseExpression,
    form: OptimizerForm,
    record: OptimizerRecord,
    keywords: list[str],
    scope: Scope,
    slot: Slot,
) -> bool:
    """Put the rate in its place; whether it changes from step to step."""
    inner = Slot()
    value, code = ev.evaluate(given, scope, inner)
    if isinstance(value, values.Python) and not inner.needs:
        text = code_of(ev.creation(given, scope, slot))
        known = ev.constant(given, scope)
        if isinstance(known, int):
            text = f"{known}.0" if isinstance(given, cst.Integer) else f"float({text})"
        keywords.insert(0, text)
        return False
    if isinstance(value, Schedule):
        keywords.insert(0, code_of(code))
        record.schedule = value.place
        return True
    if isinstance(value, values.Tensor) and value.eager:
        keywords.insert(0, f"float({code_of(code)})")
        return False
    if not isinstance(value, (values.Tensor, values.Variable)):
        raise Refuse(node, "learning-rate", "the learning rate is something the analysis does not know")
    record.rate_code = code
    if isinstance(code, cst.Name):  # a placeholder without a shape: the rate is a number, Keras asks for its shape
        ev.program.next.scalars.add(code.value)
    record.rate_needs = set(inner.needs)
    record.rate_variables = set(inner.variables)
    slot.captures |= inner.captures
    return True


def schedule(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.train.exponential_decay and its kin: a Keras schedule over optimizer.iterations."""
    form = SCHEDULES[name]
    bound = arguments(node, form.parameters, "tf." + name)
    step = ev.evaluate(bound[form.step], scope, Slot())[0] if form.step in bound else values.Python()
    if not isinstance(step, values.Variable):
        raise Refuse(
            node,
            "decay-step",
            f"the step of tf.{name} is not a global_step variable",
            "Pass the variable that minimize(global_step=...) counts.",
        )
    place = ev.program.owners[step.owner].place
    ev.program.next.scheduled.add(place)
    if ev.program.complete and place not in ev.program.facts.global_steps:
        raise Refuse(
            node, "decay-step", f"no optimizer counts the step of tf.{name}", "Pass it to minimize(global_step=...)."
        )
    parts = []
    for parameter in form.positional:
        if parameter not in bound:
            raise Refuse(node, "unknown-argument", f"tf.{name} is called without {parameter}")
        parts.append(code_of(ev.creation(bound[parameter], scope, slot)))
    for parameter, default in form.options:
        if parameter in bound:
            parts.append(f"{parameter}={code_of(ev.creation(bound[parameter], scope, slot))}")
        elif default is not None:
            parts.append(f"{parameter}={default}")
    ev.program.imports.add("keras")
    return Schedule(place), parse(f"keras.optimizers.schedules.{form.keras}({', '.join(parts)})")


def named(
    ev: Evaluator, node: cst.Call, value: values.Optimizer, code: cst.BaseExpression, slot: Slot
) -> OptimizerRecord:
    """The optimizer's record, created before the statement where the program made it in passing."""
    record = ev.program.optimizers[value.owner]
    if isinstance(code, cst.Name):
        record.name = code.value
    elif not record.name:
        record.name = ev.program.fresh("optimizer")
        slot.creations.append(assign(record.name, code))
    return record


def counted(
    ev: Evaluator, record: OptimizerRecord, node: cst.Call, given: cst.BaseExpression | Value | None, scope: Scope
) -> None:
    """Note the step that an optimizer counts: its expression, or the variable itself."""
    if given is None or (isinstance(given, cst.BaseExpression) and is_none(given)):
        if record.schedule is not None:
            raise Refuse(
                node,
                "decay-step",
                "the learning rate follows a step that this minimize does not count",
                "Pass global_step to it.",
            )
        return
    value = ev.evaluate(given, scope, Slot())[0] if isinstance(given, cst.BaseExpression) else given
    if not isinstance(value, values.Variable):
        raise Refuse(node, "global-step", "global_step is not a variable the analysis knows")
    place = ev.program.owners[value.owner].place
    known = ev.program.next.global_steps.get(place)
    if known is not None and known != record.name:
        raise Refuse(node, "global-step", "two optimizers count one global_step")
    ev.program.next.global_steps[place] = record.name
    if record.schedule is not None and record.schedule != place:
        raise Refuse(node, "decay-step", "the learning rate follows another step than minimize counts")


def loss_of(ev: Evaluator, node: cst.BaseExpression, scope: Scope, slot: Slot) -> cst.BaseExpression:
    """The loss as a plain name, defined before; notes what the gradient tape must see."""
    inner = Slot()
    value, code = ev.evaluate(node, scope, inner)
    if not isinstance(value, (values.Tensor, values.Tensors, values.Sequence)):
        raise Refuse(node, "loss", "the loss is something the analysis does not know")
    if not isinstance(code, cst.Name):
        name = ev.program.fresh("loss")
        definition = Definition(
            "compute",
            ev.program.tick(),
            (name,),
            [*inner.prelude, assign(name, code)],
            set(inner.needs),
            set(inner.captures),
            variables=set(inner.variables),
            node=node,
            device=ev.program.device,
            sparse=inner.sparse,
            double=inner.double,
            top=ev.walker.top,
        )
        ev.program.definitions.append(definition)
        inner.needs = {definition}
        code = cst.Name(name)
    if not inner.needs:
        raise Refuse(node, "loss", "the loss does not depend on the graph")
    slot.losses |= inner.needs
    slot.needs |= inner.needs
    slot.captures |= inner.captures
    slot.graph = slot.tape = True
    return code


def minimize(ev: Evaluator, node: cst.Call, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot) -> Result:
    """optimizer.minimize(loss, global_step, var_list)."""
    assert isinstance(value, values.Optimizer)
    bound = arguments(
        node,
        (
            "loss",
            "global_step",
            "var_list",
            "gate_gradients",
            "aggregation_method",
            "colocate_gradients_with_ops",
            "name",
            "grad_loss",
        ),
        "minimize",
    )
    record = named(ev, node, value, code, slot)
    if "grad_loss" in bound:
        raise Refuse(node, "optimizer-option", "minimize(grad_loss=...) is not carried over")
    counted(ev, record, node, bound.get("global_step"), scope)
    loss = loss_of(ev, bound["loss"], scope, slot)
    variables = variable_list(ev, node, bound.get("var_list"), scope)
    return updated(ev, Update(value.owner, loss_code=loss, variables=variables), record, node, slot)


def variable_list(
    ev: Evaluator, node: cst.Call, given: cst.BaseExpression | None, scope: Scope
) -> cst.BaseExpression | None:
    """The text of a list of variables to train; None for all that are trained."""
    if given is None or is_none(given):
        return None
    quiet = Slot()
    held, variables = ev.evaluate(given, scope, quiet)
    if quiet.tape:
        return None
    if not (isinstance(held, values.Sequence) and all(isinstance(v, values.Variable) for v in held.items)):
        raise Refuse(node, "variable-list", "var_list is not a list of variables the analysis knows")
    return variables


def updated(
    ev: Evaluator, update: Update, record: OptimizerRecord, node: cst.Call, slot: Slot
) -> tuple[values.TrainOp, cst.BaseExpression]:
    """The training operation of an update."""
    place = ev.program.place(node)
    if any(other.optimizer == update.optimizer and other.place != place for other in ev.program.updates):
        raise Refuse(
            node,
            "optimizer-shared",
            "one optimizer makes two training operations; Keras's knows only the variables of its first step",
            "Create an optimizer for each.",
        )
    update.place = place
    if record.shrinks and any(owner.kind == "lstm" and owner.forget_bias for owner in ev.program.owners):
        raise Refuse(
            node,
            "forget-bias-shrunk",
            f"{record.keras} pulls weights towards 0, and the bias of Keras's LSTM holds the forget bias too",
            "Use forget_bias=0.0 or another optimizer.",
        )
    slot.needs |= record.rate_needs | averages(ev)
    slot.variables |= record.rate_variables
    slot.graph = True
    ev.program.updates.append(update)
    slot.update = len(ev.program.updates) - 1
    return values.TrainOp((slot.update,)), node


def compute_gradients(
    ev: Evaluator, node: cst.Call, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot
) -> Result:
    """optimizer.compute_gradients(loss, var_list): the list of (gradient, variable)."""
    assert isinstance(value, values.Optimizer)
    bound = arguments(
        node,
        ("loss", "var_list", "gate_gradients", "aggregation_method", "colocate_gradients_with_ops", "grad_loss"),
        "compute_gradients",
    )
    named(ev, node, value, code, slot)
    loss = code_of(loss_of(ev, bound["loss"], scope, slot))
    given = bound.get("var_list")
    listed = False
    if given is None or is_none(given):
        name = ev.program.fresh("variables")
        slot.prelude.append(assign(name, parse("tape.watched_variables()")))
    else:
        code, listed = _variables(ev, node, given, scope, slot)
        name = code_of(code)
    pairs = parse(f"list(zip(tape.gradient({loss}, {name}), {name}))")
    return values.Gradients(loss, value.owner, pairs=True, listed=listed), pairs


def _variables(
    ev: Evaluator, node: cst.Call, given: cst.BaseExpression, scope: Scope, slot: Slot
) -> tuple[cst.BaseExpression, bool]:
    """The text of a list of variables, and whether the program itself says which and in which order."""
    inner = Slot()
    held, code = ev.evaluate(given, scope, inner)
    if isinstance(held, values.Variable):  # TF1 made a list of it
        held, code = values.Sequence((held,)), parse(f"[{code_of(code)}]")
    listed = isinstance(held, values.Sequence) and all(isinstance(v, values.Variable) for v in held.items)
    if isinstance(held, values.Tensors) and any(owner.trainable for owner in ev.program.owners[held.made :]):
        raise Refuse(
            node,
            "variable-list",
            "tf.trainable_variables() is asked for before the last variable is made",
            "Ask for it where the gradients are computed.",
        )
    if not listed and not inner.tape and not any(definition.kind == "gradient" for definition in inner.needs):
        raise Refuse(node, "gradient-of-tensor", "gradients are taken with respect to something that is not a variable")
    ev.program.merge(slot, inner)
    return code, listed


def gradients(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.gradients(loss, variables)."""
    bound = arguments(
        node,
        (
            "ys",
            "xs",
            "grad_ys",
            "name",
            "colocate_gradients_with_ops",
            "gate_gradients",
            "aggregation_method",
            "stop_gradients",
            "unconnected_gradients",
        ),
        "tf.gradients",
    )
    for option in ("grad_ys", "stop_gradients", "unconnected_gradients"):
        if not is_none(bound.get(option)):
            raise Refuse(node, "optimizer-option", f"tf.gradients({option}=...) is not carried over")
    loss = loss_of(ev, bound["ys"], scope, slot)
    variables, listed = _variables(ev, node, bound["xs"], scope, slot)
    text = f"tape.gradient({code_of(loss)}, {code_of(variables)})"
    return values.Gradients(loss, None, pairs=False, listed=listed), parse(text)


def trainable_variables(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.trainable_variables(): the variables the tape has watched, of use for gradients only."""
    if node.args:
        raise Refuse(
            node,
            "variable-collection",
            "tf.trainable_variables is asked for the variables of a scope",
            "List the variables.",
        )
    slot.graph = slot.tape = True
    return values.Tensors(weights=True, made=len(ev.program.owners)), parse("tape.watched_variables()")


def apply_gradients(
    ev: Evaluator, node: cst.Call, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot
) -> Result:
    """optimizer.apply_gradients(pairs, global_step)."""
    assert isinstance(value, values.Optimizer)
    bound = arguments(node, ("grads_and_vars", "global_step", "name"), "apply_gradients")
    record = named(ev, node, value, code, slot)
    counted(ev, record, node, bound.get("global_step"), scope)
    _, pairs = ev.evaluate(bound["grads_and_vars"], scope, slot)
    update = Update(value.owner, pairs=pairs, prelude=slot.prelude)
    slot.prelude = []
    return updated(ev, update, record, node, slot)
