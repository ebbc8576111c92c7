"""Objects of classes that build a graph: how they are made, and which class a run belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.finders import names_read
from migrate.analysis.scope import Definition, Refuse, Scope, Slot, keyword
from migrate.analysis.values import Value
from migrate.analysis.variables import Initializer
from migrate.classes.marks import SELF, base_of, is_attribute

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator
    from migrate.analysis.sessions import Site

Result = tuple[Value, cst.BaseExpression]


def instance(ev: Evaluator, node: cst.Call, value: values.ModelClass, scope: Scope, slot: Slot) -> Result:
    """Model(...): sessions are no longer passed to it."""
    program = ev.program
    closure = program.classes[value.name].closure
    names = [parameter.name.value for parameter in closure.params.params]
    shares = program.sharing.first_object(node, value.name, program.target)
    if {"shared", "initializer"} & set(names) and (shares is not None or ev.initializers[-1] is not None):
        reason = f"{value.name} has a parameter of a name that the new class needs"
        raise Refuse(node, "class-scope", reason, "Rename it.")
    args = []
    for position, arg in enumerate(node.args):
        held, code = ev.evaluate(arg.value, scope, slot)
        name = arg.keyword.value if arg.keyword else names[position] if position < len(names) else ""
        if isinstance(held, (values.Session, values.Config)):
            program.next.session_arguments.add((value.name, name))
            continue
        args.append(arg.with_changes(value=code))
    if slot.needs:
        raise Refuse(node, "tensor-argument", f"a tensor is passed to {value.name}", "Make the placeholder inside it.")
    initializer = ev.initializers[-1]
    if shares is not None:
        program.next.sharing_models.add(value.name)
        first = program.sharing.initializers.get(value.name)
        if first is not None and value.name in program.sharing.own_dropout:  # it makes cells of its own
            args.append(keyword("initializer", first))
        args.append(keyword("shared", cst.Name(shares)))
    else:
        program.next.model_initializers.setdefault(value.name, set()).add(initializer is not None)
        if initializer is not None:
            args.append(keyword("initializer", initializer))
            program.sharing.initializers[value.name] = initializer
    if len(program.next.model_initializers.get(value.name, ())) > 1:
        raise Refuse(
            node,
            "class-scope",
            f"{value.name} is made inside a variable scope with an initializer, and elsewhere without one",
            "Give the initializer to the variables themselves.",
        )
    args = [arg.with_changes(comma=cst.MaybeSentinel.DEFAULT) for arg in args]
    slot.impure = slot.impure or node
    for record in sorted(program.owners, key=lambda record: record.order):  # TF1 makes the variables now
        if record.model == value.name and shares is None:
            record.order = program.tick()
    return values.Instance(value), node.with_changes(args=args)


def model_of(ev: Evaluator, site: Site) -> tuple[str, str]:
    """The class whose graph a run uses and the name of the object, empty strings where there is none.

    Raises Refuse for a run across two graphs.
    """
    program = ev.program
    used: set[Definition] = {*site.needs, *site.fed, *(site.feed_dict.keys.values() if site.feed_dict else ())}
    used |= {program.update_definitions[update] for update in site.updates if update in program.update_definitions}
    models = {definition.model for definition in used}
    bases = {base_of(name) for name in names_read(site.node) if is_attribute(name)}
    objects = {base for base in bases if base == SELF or base in program.objects}
    if not models or models == {""}:
        return "", objects.pop() if len(objects) == 1 else ""
    if not program.complete:  # stands for a fed state that the first pass does not know yet
        models.discard("")
    if len(models) > 1 or len(objects) > 1:
        raise Refuse(
            site.node,
            "several-graphs",
            "one run uses the graph of a class together with others",
            "Compute it inside the class.",
        )
    model = models.pop()
    if objects or ev.walker.region.model:
        return model, objects.pop() if objects else SELF
    made = [name for name, of in program.objects.items() if of == model]
    if len(made) != 1 and program.complete:  # summaries of a class, merged outside it
        reason = f"the source does not show which object of {model} is run"
        raise Refuse(site.node, "several-graphs", reason, "Keep one object, in one name.")
    return model, made[0] if made else ""


def default_initializer(ev: Evaluator, node: cst.FunctionDef, param: cst.Param, scope: Scope) -> Value | None:
    """What a parameter of a class always is: an initializer, its default that no call replaces, or a session."""
    if not isinstance(param.default, cst.Call):
        return None
    held = ev.look(param.default, scope)
    if isinstance(held, values.Session):
        return held  # whatever a call gives for it: sessions are gone
    if not isinstance(held, Initializer):
        return None
    names = [parameter.name.value for parameter in node.params.params]
    position = names.index(param.name.value) if param.name.value in names else len(names)
    finder = _Given(node.name.value, param.name.value, position)
    ev.program.module.visit(finder)
    return None if finder.found else held


class _Given(cst.CSTVisitor):
    """Whether some call gives an argument for a parameter."""

    def __init__(self, function: str, parameter: str, position: int) -> None:
        super().__init__()
        self.function, self.parameter, self.position = function, parameter, position
        self.found = False

    def visit_Call(self, node: cst.Call) -> None:
        if isinstance(node.func, cst.Name) and node.func.value == self.function:
            named = {arg.keyword.value for arg in node.args if arg.keyword is not None}
            plain = [arg for arg in node.args if arg.keyword is None]
            given = self.parameter in named or len(plain) > self.position or any(arg.star for arg in node.args)
            self.found = self.found or given
