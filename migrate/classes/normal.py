"""A module with its graph classes as functions, ready for the analysis; see closure."""

from __future__ import annotations

from dataclasses import dataclass, field

import libcst as cst

from migrate.builders.inline import builders_inlined
from migrate.builders.ops_at_runs import OpsAtRuns
from migrate.builders.outside_graphs import graphs_gathered
from migrate.builders.passed_operations import operations_written_out
from migrate.builders.state_feeds import WholeStates
from migrate.builders.unrolled import loops_unrolled
from migrate.classes.closure import GraphClass, Stays, graph_class
from migrate.classes.hiding import without_hidden_methods
from migrate.classes.instances import attributes_as_names, instance_names
from migrate.classes.positions import Positions
from migrate.classes.survey import tensorflow_names


@dataclass
class Normal:
    """The module as the analysis reads it."""

    module: cst.Module
    classes: dict[str, GraphClass] = field(default_factory=dict)
    instances: dict[str, str] = field(default_factory=dict)  # name -> class
    stays: dict[cst.ClassDef, Stays] = field(default_factory=dict)  # classes that could not be taken as functions


@dataclass(frozen=True)
class Rewriting:
    """What is written in another way first, where a program cannot be migrated as it is."""

    written_out: frozenset[str] = frozenset()  # functions, in the place of their calls
    unrolled: frozenset[int] = frozenset()  # loops, by the lines they begin in
    gathered: bool = False  # what is added to the graph of an object from outside, in its class


def normal(module: cst.Module, positions: Positions, rewriting: Rewriting) -> Normal:
    """Take the module's graph classes as functions; a module without any comes back as it is."""
    tensorflow = tensorflow_names(module)
    if tensorflow:
        for transformer in (WholeStates(positions), OpsAtRuns(module, positions)):
            rewritten = module.visit(transformer)
            assert isinstance(rewritten, cst.Module)
            module = rewritten
        module = loops_unrolled(module, positions, rewriting.unrolled)
        module = builders_inlined(module, tensorflow, positions, rewriting.written_out)
        if rewriting.gathered:
            module = graphs_gathered(module, tensorflow, positions)
        module = operations_written_out(module, tensorflow, positions)
    calls = _MethodCalls()
    module.visit(calls)
    result = Normal(module)
    for item in module.body:
        if isinstance(item, cst.ClassDef):
            try:
                found = graph_class(
                    without_hidden_methods(item, calls.names, positions), tensorflow, calls.names, positions
                )
            except Stays as reason:
                result.stays[item] = reason
                continue
            if found is not None:
                result.classes[found.name] = found
    if not result.classes:
        return result
    result.instances = instance_names(module, set(result.classes))
    body = [
        result.classes[item.name.value].closure
        if isinstance(item, cst.ClassDef) and item.name.value in result.classes
        else item
        for item in module.body
    ]
    aliases = {name: result.classes[made].aliases for name, made in result.instances.items()}
    outside = attributes_as_names(module.with_changes(body=body), aliases, positions)
    result.module = outside
    for item in outside.body:
        if isinstance(item, cst.FunctionDef) and item.name.value in result.classes:
            result.classes[item.name.value].closure = item
    return result


class _MethodCalls(cst.CSTVisitor):
    """The names of methods called outside classes, in the order of the program."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def visit_ClassDef(self, node: cst.ClassDef) -> bool:
        return False

    def visit_Call(self, node: cst.Call) -> None:
        if isinstance(node.func, cst.Attribute):
            self.names.append(node.func.attr.value)
