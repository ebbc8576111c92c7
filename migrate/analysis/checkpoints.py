"""tf.train.Saver: a tf.train.Checkpoint of the same weights and optimizers, written and read under the same paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.scope import Refuse, Scope, Slot, arguments, call, code_of, is_none, parse
from migrate.analysis.values import Value

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator

Result = tuple[Value, cst.BaseExpression]
FUNCTIONS = "__functions__"  # stands for the list of the region's functions until they have names
_SAVER = (
    "var_list",
    "reshape",
    "sharded",
    "max_to_keep",
    "keep_checkpoint_every_n_hours",
    "name",
    "restore_sequentially",
    "saver_def",
    "builder",
    "defer_build",
    "allow_empty",
    "write_version",
    "pad_step_number",
    "save_relative_paths",
    "filename",
)
_SAVE = (
    "sess",
    "save_path",
    "global_step",
    "latest_filename",
    "meta_graph_suffix",
    "write_meta_graph",
    "write_state",
    "strip_default_attrs",
    "save_debug_info",
)
_ALL = {"global_variables", "all_variables", "trainable_variables"}
_WITHOUT_MEANING = {"var_list", "max_to_keep", "name", "keep_checkpoint_every_n_hours", "write_version", "reshape"}
_ADVICE = "Take the Saver out, migrate, then save Keras weights."


def saver(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.train.Saver(): all variables made so far, optimizers' slots too."""
    bound = arguments(node, _SAVER, "tf." + name)
    for option in bound:
        if option not in _WITHOUT_MEANING and not is_none(bound[option]):
            raise Refuse(node, "checkpoint", f"tf.train.Saver({option}=...) is not carried over", _ADVICE)
    chosen = bound.get("var_list")
    if chosen is not None and not is_none(chosen):
        symbol = ev.symbol_of(chosen.func, scope) if isinstance(chosen, cst.Call) and not chosen.args else None
        if symbol not in _ALL:
            raise Refuse(node, "checkpoint", "a Saver of some of the variables is not carried over", _ADVICE)
    if scope.function is not None and ev.program.helpers:
        found = scope.find(scope.function)
        if found is not None and isinstance(found[0].value, values.Function):
            raise Refuse(node, "checkpoint", "a helper makes the Saver", "Make it where the graph is built.")
    program = ev.program
    roots = [record.expression.split(".")[0].split("[")[0] for record in program.owners if not record.global_step]
    if "" in roots and program.complete:
        raise Refuse(node, "checkpoint", "a variable that is saved has no name of its own", "Give it one.")
    objects = [*roots, *(record.name for record in program.optimizers if record.name)]
    keywords = [(root, parse(root)) for root in dict.fromkeys(objects) if root.isidentifier()]
    slot.captures |= {root for root, _ in keywords}
    program.note(
        node,
        "Checkpoints are TF2's: one that TensorFlow 1 wrote has to be converted first. All that are written are kept.",
    )
    return values.Saver(), call("tf.train.Checkpoint", [], keywords)


def save(ev: Evaluator, node: cst.Call, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot) -> Result:
    """saver.save(sess, path, global_step): the path that was written comes back."""
    bound = arguments(node, _SAVE, "save")
    for option in ("latest_filename", "meta_graph_suffix"):
        if option in bound and not is_none(bound[option]):
            raise Refuse(node, "checkpoint", f"save({option}=...) is not carried over", _ADVICE)
    _, path = ev.evaluate(bound["save_path"], scope, slot)
    step = bound.get("global_step")
    if step is not None and not is_none(step):
        held, number = ev.evaluate(step, scope, slot)
        text = code_of(number)
        if isinstance(held, (values.Variable, values.Tensor)):
            if slot.needs:
                raise Refuse(node, "checkpoint", "the number of a checkpoint is a tensor of the graph", _ADVICE)
            text = f"{text}.numpy()"
        path = _numbered(path, text)
    slot.impure = slot.impure or node
    return values.Python(), call(f"{code_of(code)}.write", [path])


def _numbered(path: cst.BaseExpression, number: str) -> cst.BaseExpression:
    if isinstance(path, cst.SimpleString) and not path.prefix and "{" not in path.raw_value:
        quote = path.quote
        if quote[0] not in number:
            return parse(f"f{quote}{path.raw_value}-{{{number}}}{quote}")
    return parse(f"{code_of(path)} + '-' + str({number})")


def restore(ev: Evaluator, node: cst.Call, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot) -> Result:
    """saver.restore(sess, path)"""
    bound = arguments(node, ("sess", "save_path"), "restore")
    _, path = ev.evaluate(bound["save_path"], scope, slot)
    program = ev.program
    program.support.add("restore")
    slot.impure = slot.impure or node
    return values.Python(), call(program.support_name("restore"), [code, path, cst.Name(FUNCTIONS)])


def named(statement: cst.BaseStatement, functions: list[str]) -> cst.BaseStatement:
    """The statement with the list of functions where a restore waits for it."""
    changed = statement.visit(_Functions(functions))
    assert isinstance(changed, cst.BaseStatement)
    return changed


class _Functions(cst.CSTTransformer):
    def __init__(self, functions: list[str]) -> None:
        super().__init__()
        self.code = parse(f"[{', '.join(functions)}]")

    def leave_Name(self, original: cst.Name, updated: cst.Name) -> cst.BaseExpression:
        return self.code if updated.value == FUNCTIONS else updated
