"""How a program starts: tf.app.run, and what it sets for the whole process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import flags, values
from migrate.analysis.scope import Refuse, Scope, Slot, arguments, call, is_none, parse
from migrate.analysis.values import Value

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator

Result = tuple[Value, cst.BaseExpression]
_LEVELS = {"DEBUG": "DEBUG", "INFO": "INFO", "WARN": "WARNING", "ERROR": "ERROR", "FATAL": "CRITICAL"}


def app_run(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.app.run(main): main(sys.argv), and the process ends with what it returns."""
    bound = arguments(node, ("main", "argv"), "tf.app.run")
    main = bound.get("main", cst.Name("main"))
    found = scope.find(main.value) if isinstance(main, cst.Name) else None
    function = found[0].value if found else None
    if not isinstance(function, values.Function) or not isinstance(main, cst.Name):
        raise Refuse(node, "flags", "tf.app.run is given something that is not a function of the file", "Call main().")
    if flags.used(ev.program):
        return values.Python(), _absl_run(ev, node, bound, scope, slot)
    argv = "sys.argv" if is_none(bound.get("argv")) else None
    _, code = ev.evaluate(bound["argv"], scope, slot) if argv is None else (None, parse("sys.argv"))
    started = cst.Call(main, [cst.Arg(code)])
    returns = _Returns()
    function.node.body.visit(returns)
    slot.impure = slot.impure or node
    if not returns.found:
        return values.Python(), started
    return values.Python(), cst.Call(parse("sys.exit"), [cst.Arg(started)])


def verbosity(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.logging.set_verbosity(tf.logging.ERROR): the level of TensorFlow's logger."""
    bound = arguments(node, ("v",), "tf.logging.set_verbosity")
    level = (ev.symbol_of(bound["v"], scope) or "").rsplit(".", 1)[-1] if "v" in bound else ""
    if level not in _LEVELS:
        raise Refuse(node, "unknown-symbol", "the level given to tf.logging.set_verbosity is not one of its constants")
    return values.Python(), parse(f'tf.get_logger().setLevel("{_LEVELS[level]}")')


def _absl_run(
    ev: Evaluator, node: cst.Call, bound: dict[str, cst.BaseExpression], scope: Scope, slot: Slot
) -> cst.BaseExpression:
    """app.run(main) of absl, which reads the flags."""
    program = ev.program
    taken = program.identifiers - (program.facts.removed - program.facts.kept)
    name = "absl_app" if "app" in taken else "app"
    program.imports.add("from absl import app" + ("" if name == "app" else " as absl_app"))
    program.note(node, "absl refuses arguments that are no flags of the program; TensorFlow 1 passed them to main.")
    slot.impure = slot.impure or node
    arguments_ = [bound.get("main", cst.Name("main"))]
    if not is_none(bound.get("argv")):
        arguments_.append(ev.evaluate(bound["argv"], scope, slot)[1])
    return call(f"{name}.run", arguments_)


class _Returns(cst.CSTVisitor):
    """Whether a function returns a value."""

    def __init__(self) -> None:
        super().__init__()
        self.found = False

    def visit_Return(self, node: cst.Return) -> None:
        self.found = self.found or not is_none(node.value)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False

    def visit_Lambda(self, node: cst.Lambda) -> bool:
        return False
