"""tf.train.Saver: the same weights and optimizers in a tf.train.Checkpoint, written and read under the same paths."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.finders import names_read
from migrate.analysis.scope import Refuse, Scope, Slot, arguments, call, code_of, is_none, names_in, parse
from migrate.analysis.values import Value
from migrate.classes.marks import LOCAL, attribute, base_of, is_attribute, plain, seen_outside
from migrate.classes.naming import Outside

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator
    from migrate.analysis.program import OwnerRecord, Program

Result = tuple[Value, cst.BaseExpression]
SUPPORT = "Saver"
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
_ALL = {"global_variables", "all_variables"}
_TRAINED = "trainable_variables"
_CARRIED = {"var_list", "max_to_keep", "keep_checkpoint_every_n_hours"}
_WITHOUT_MEANING = {"name", "write_version", "reshape", "restore_sequentially", "allow_empty", "save_relative_paths"}
_ADVICE = "Take the Saver out, migrate, then save Keras weights."
_COMMA = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
_CELLS = re.compile(r"([\w·]+(?:\.\w+)*)\.cell\.cells\b")
_META = "The .meta file of a checkpoint is not written any more: ask for .index."


def saver(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.train.Saver(): all variables made so far, optimizers' slots too."""
    bound = arguments(node, _SAVER, "tf." + name)
    for option in bound:
        if option not in _CARRIED | _WITHOUT_MEANING and not is_none(bound[option]):
            raise Refuse(node, "checkpoint", f"tf.train.Saver({option}=...) is not carried over", _ADVICE)
    if ev.calling:
        raise Refuse(node, "checkpoint", "a helper makes the Saver", "Make it where the graph is built.")
    program = ev.program
    _refuse_meta(program.module)
    objects = _saved(ev, node, bound.get("var_list"), scope)
    keywords = [(name, parse(text)) for name, (text, condition) in objects.items() if not condition]
    under = [
        f'{{"{name}": {text}}} if {condition} else {{}}' for name, (text, condition) in objects.items() if condition
    ]
    slot.captures |= {base_of(re.sub(r"^(list|dict)\(", "", text).split(".")[0]) for text, _ in objects.values()}
    program.note(node, "Checkpoints are TF2's: one that TensorFlow 1 wrote has to be converted first.")
    program.support.add(SUPPORT)
    checkpoint = call("tf.train.Checkpoint", [], keywords)
    if under:  # what is made under a condition is saved under it
        stars = [cst.Arg(_enclosed(parse(text)), star="**") for text in under]
        always = [arg.with_changes(comma=_COMMA) for arg in checkpoint.args]
        checkpoint = checkpoint.with_changes(args=[*always, *stars])
    options = []
    if not is_none(bound.get("keep_checkpoint_every_n_hours")):
        program.note(node, "keep_checkpoint_every_n_hours has no counterpart: all checkpoints are kept.")
        options = [("max_to_keep", parse("None"))]
    elif "max_to_keep" in bound:
        options = [("max_to_keep", ev.evaluate(bound["max_to_keep"], scope, slot)[1])]
    apart = any(record.home not in (None, ev.walker.region.scope) for record in program.optimizers)
    return values.Saver(apart), call(program.support_name(SUPPORT), [checkpoint, cst.Name(FUNCTIONS)], options)


def _saved(
    ev: Evaluator, node: cst.Call, chosen: cst.BaseExpression | None, scope: Scope
) -> dict[str, tuple[str, str]]:
    """Name -> text of the objects that hold what is saved, and the condition under which there is one."""
    program = ev.program
    symbol = _TRAINED if chosen is not None and _is_trained(ev, chosen, scope) else ""
    if chosen is not None and not is_none(chosen) and not symbol:
        asked = ev.symbol_of(chosen.func, scope) if isinstance(chosen, cst.Call) and not chosen.args else None
        if asked not in _ALL:
            raise Refuse(node, "checkpoint", "a Saver of some of the variables is not carried over", _ADVICE)
    owners = [r for r in program.owners if not r.global_step and (r.trainable or not symbol)]
    if symbol and any(record.undecided for record in owners):
        raise Refuse(node, "checkpoint", "the source does not show which variables are trained, and saved", _ADVICE)
    if program.complete and not all(record.expression for record in owners):
        raise Refuse(node, "checkpoint", "a variable that is saved has no name of its own", "Give it one.")
    used = {update.optimizer for update in program.updates}
    if not symbol and len(used) < len(program.optimizers):
        reason = "the Saver is made between an optimizer and its minimize: TF1 saved no slots then"
        raise Refuse(node, "checkpoint", reason, "Make the Saver after minimize, or before the optimizer.")
    here = (None, ev.walker.region.scope)
    optimizers = [] if symbol else [record for record in program.optimizers if record.name and record.home in here]
    found: dict[str, tuple[str, str]] = {}
    held = [(r.model, r.expression, r.condition, _container(r)) for r in owners]
    held += [(r.model, r.name, "", "") for r in optimizers]
    for model, expression, condition, container in held:
        if model == ev.walker.region.model:
            key, text = _tracked(expression)
        else:
            key, text = _tracked(seen_outside(expression, _object(ev, node, model)))
            if condition and not is_attribute(text):
                raise Refuse(node, "checkpoint", "what is saved is made under a condition of another object", _ADVICE)
            if condition:
                condition = f'hasattr({base_of(text)}, "{plain(text)}")'
        short = key = plain(key.replace(LOCAL, ""))
        number = 2  # self.W and a local W of the constructor
        while found.get(key, (text,))[0] not in (text, f"{container}({text})"):
            key, number = f"{short}_{number}", number + 1
        if container and not text.startswith("list("):
            text = f"{container}({text})"
        if key.isidentifier():
            found[key] = (text, condition)
    return found


def _container(record: OwnerRecord) -> str:
    """What a Checkpoint needs of an object's list or dict of layers: a keras.Model has classes of its own for them."""
    if not record.model:
        return ""
    index = re.search(r"\[(.)", record.expression)
    if index is None:
        return "list" if record.many else ""
    return "dict" if index.group(1) in "'\"" else "list"


def _enclosed(node: cst.BaseExpression) -> cst.BaseExpression:
    return node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def _object(ev: Evaluator, node: cst.Call, model: str) -> str:
    """The name of the one object of a class."""
    sharers = ev.program.sharing.sharers
    names = [name for name, of in ev.program.objects.items() if of == model and name not in sharers]
    if len(names) != 1 and ev.program.complete:
        reason = f"the source does not show which object of {model} is saved"
        raise Refuse(node, "checkpoint", reason, "Keep one object, in one name.")
    return names[0] if names else model


def _tracked(expression: str) -> tuple[str, str]:
    """A name and the text of the object under which a checkpoint finds a weight.

    It does not find the weights of keras.layers.RNN([cell, cell]) by way of the layer: the cells are named.
    """
    found = _CELLS.match(expression)
    if found:
        return found.group(1).replace(".", "_") + "_cells", f"list({found.group(1)}.cell.cells)"
    root = expression.split(".")[0].split("[")[0]
    return root, root


def _is_trained(ev: Evaluator, chosen: cst.BaseExpression, scope: Scope) -> bool:
    """Whether what is saved is tf.trainable_variables(), in a name or not."""
    if isinstance(chosen, cst.Call) and ev.symbol_of(chosen.func, scope) == _TRAINED:
        return not chosen.args
    held = ev.look(chosen, scope) if isinstance(chosen, cst.Name) else None
    return isinstance(held, values.Tensors) and held.weights and held.made == len(ev.program.owners)


def save(ev: Evaluator, node: cst.Call, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot) -> Result:
    """saver.save(sess, path, global_step): the path that was written comes back."""
    bound = arguments(node, _SAVE, "save")
    for option in ("latest_filename", "meta_graph_suffix"):
        if option in bound and not is_none(bound[option]):
            raise Refuse(node, "checkpoint", f"save({option}=...) is not carried over", _ADVICE)
    assert isinstance(value, values.Saver)
    if value.apart:
        reason = "what is saved here includes the state of an optimizer that another function makes"
        raise Refuse(node, "checkpoint", reason, "Save where the optimizer is made.")
    _, path = ev.evaluate(bound["save_path"], scope, slot)
    parts = [path]
    step = bound.get("global_step")
    if step is not None and not is_none(step):
        held, number = ev.evaluate(step, scope, slot)
        if isinstance(held, (values.Variable, values.Tensor)):
            if slot.needs:
                raise Refuse(node, "checkpoint", "the number of a checkpoint is a tensor of the graph", _ADVICE)
            number = parse(f"{code_of(number)}.numpy()")
        parts.append(number)
    slot.impure = slot.impure or node
    return values.Python(), call(f"{code_of(code)}.save", parts)


def restore(ev: Evaluator, node: cst.Call, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot) -> Result:
    """saver.restore(sess, path)"""
    bound = arguments(node, ("sess", "save_path"), "restore")
    _, path = ev.evaluate(bound["save_path"], scope, slot)
    slot.impure = slot.impure or node
    return values.Python(), call(f"{code_of(code)}.restore", [path])


def checkpoints_kept(
    ev: Evaluator, node: cst.Attribute, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot
) -> Result:
    """saver.last_checkpoints"""
    return values.Python(), node.with_changes(value=code)


def _refuse_meta(module: cst.Module) -> None:
    finder = _Meta()
    module.visit(finder)
    if finder.found is not None:
        raise Refuse(finder.found, "checkpoint", "the program looks for the .meta file of a checkpoint", _META)


class _Meta(cst.CSTVisitor):
    """A text that names the file of a graph beside a checkpoint."""

    def __init__(self) -> None:
        super().__init__()
        self.found: cst.CSTNode | None = None

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        if node.raw_value.endswith(".meta"):
            self.found = self.found or node


def completed(
    program: Program, statements: list[cst.BaseStatement], functions: list[str], tracing: list[str]
) -> list[cst.BaseStatement]:
    """The statements with the functions of the graph where a Saver waits for them, which is made after the last one.

    tracing: those of the functions that make all weights when they are traced.
    """
    waiting = [s for s in statements if isinstance(s, cst.SimpleStatementLine) and FUNCTIONS in code_of(s)]
    defined = [i for i, s in enumerate(statements) if isinstance(s, cst.FunctionDef) and s.name.value in functions]
    for statement in waiting:
        place = statements.index(statement)
        last = max(defined, default=0)
        if last < place:
            continue
        made = statement.body[0]
        names = [n for t in made.targets for n in names_in(t.target)] if isinstance(made, cst.Assign) else []
        between = statements[place + 1 : last + 1]
        if any(names_read(s) & set(names) for s in between if not isinstance(s, cst.FunctionDef)):
            raise Refuse(made, "checkpoint", "the Saver is used before the graph is complete", _ADVICE)
        statements = [*statements[:place], *between, statement, *statements[last + 1 :]]
        defined = [i - (place < i <= last) for i in defined]
    transformer = _Functions(program, tracing)
    changed = [statement.visit(transformer) for statement in statements]
    return [statement for statement in changed if isinstance(statement, cst.BaseStatement)]


class _Functions(cst.CSTTransformer):
    """Writes the functions into each Saver: those of the region, and the methods of objects whose weights it saves."""

    def __init__(self, program: Program, functions: list[str]) -> None:
        super().__init__()
        self.program, self.functions = program, functions

    def leave_Call(self, original: cst.Call, updated: cst.Call) -> cst.BaseExpression:
        if len(updated.args) < 2 or code_of(updated.args[1].value) != FUNCTIONS:
            return updated
        saved = updated.args[0].value.visit(Outside(self.program.attributes, self.program.objects))
        assert isinstance(saved, cst.BaseExpression)
        names = list(self.functions)
        for name, model in self.program.objects.items():
            if attribute(name, "") in code_of(saved):
                names += [attribute(name, method) for method in self.program.methods.get(model, [])]
        first = updated.args[0].with_changes(value=saved)
        second = updated.args[1].with_changes(value=parse(f"[{', '.join(names)}]"))
        return updated.with_changes(args=[first, second, *updated.args[2:]])


def made_last(node: cst.ClassDef, name: str) -> cst.ClassDef:
    """A class whose Saver is made after the functions that it is given."""
    changed = node.visit(_Last(name))
    assert isinstance(changed, cst.ClassDef)
    return changed


class _Last(cst.CSTTransformer):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def leave_IndentedBlock(self, original: cst.IndentedBlock, updated: cst.IndentedBlock) -> cst.IndentedBlock:
        makes = [isinstance(s, cst.SimpleStatementLine) and f" = {self.name}(" in code_of(s) for s in updated.body]
        wraps = any(" = tf.function(" in code_of(s) for s in updated.body if isinstance(s, cst.SimpleStatementLine))
        if not wraps or not any(makes):
            return updated
        others = [s for s, made in zip(updated.body, makes, strict=True) if not made]
        savers = [s for s, made in zip(updated.body, makes, strict=True) if made]
        return updated.with_changes(body=[*others, *savers])
