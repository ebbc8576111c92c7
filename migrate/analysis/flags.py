"""tf.flags: absl's flags, which they have been since TensorFlow 1.5."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.scope import Refuse, Scope, Slot, code_of, keyword, parse
from migrate.analysis.values import Value

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator
    from migrate.analysis.program import Program

Result = tuple[Value, cst.BaseExpression]
OBJECT = "flags.FLAGS"
_KINDS = "string integer float bool boolean enum list spaceseplist multi_string multi_integer multi_float multi_enum"
DEFINITIONS = tuple(f"flags.DEFINE_{kind}" for kind in _KINDS.split())
OLD = ("_parse_flags", "__flags")  # attributes of FLAGS that only TensorFlow before 1.5 had
_RENAMED = {"flag_name": "name", "default_value": "default", "docstring": "help"}
# defined by absl itself, whose logging TensorFlow imports
_OF_ABSL = {"log_dir", "v", "verbosity", "logger_levels", "alsologtostderr", "logtostderr", "stderrthreshold"}
_PARSED = "known_only=True"  # as TensorFlow 1: arguments that are no flags are left alone


def import_flags(program: Program) -> str:
    """The name of absl's module in the new program, imported."""
    taken = program.identifiers - (program.facts.removed - program.facts.kept)
    name = "absl_flags" if "flags" in taken and (program.complete or "flags" not in program.facts.removed) else "flags"
    program.imports.add("from absl import flags" + ("" if name == "flags" else " as absl_flags"))
    return name


def used(program: Program) -> bool:
    """Whether the program defines flags, as far as an earlier pass has seen."""
    return any(line.startswith("from absl import flags") for line in program.facts.imports | program.imports)


def define(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.flags.DEFINE_string(name, default, help) and its kin."""
    args = []
    for arg in node.args:
        changed = arg.with_changes(value=ev.evaluate(arg.value, scope, slot)[1])
        if arg.keyword is not None:
            changed = changed.with_changes(keyword=cst.Name(_RENAMED.get(arg.keyword.value, arg.keyword.value)))
        args.append(changed)
    first = next((arg.value for arg in args if arg.keyword is None or arg.keyword.value == "name"), None)
    if first is not None and ev.constant(first, scope) in _OF_ABSL:
        args[-1] = args[-1].with_changes(comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")))
        args.append(keyword("allow_override", cst.Name("True")))
    module = import_flags(ev.program)
    return values.Python(), node.with_changes(func=parse(name.replace("flags", module, 1)), args=args)


def reference(program: Program, name: str, node: cst.BaseExpression) -> Result | None:
    """tf.flags.FLAGS, or one of its flags; None for any other name."""
    if name == OBJECT:
        program.flags_read = True
        return values.Flags(), parse(f"{import_flags(program)}.FLAGS")
    if name.startswith(OBJECT + "."):
        program.flags_read = True
        return values.Python(), parse(f"{import_flags(program)}.{name.removeprefix('flags.')}")
    return None


def parse_flags(
    ev: Evaluator, node: cst.Call, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot
) -> Result:
    """FLAGS._parse_flags(), of TensorFlow before 1.5."""
    return values.Python(), parse(f"{code_of(code)}(sys.argv, {_PARSED})")


def raw_flags(
    ev: Evaluator, node: cst.Attribute, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot
) -> Result:
    """FLAGS.__flags, of TensorFlow before 1.5: the dict of the program's flags."""
    text = code_of(code)
    return values.Python(), parse(f"{{flag.name: flag.value for flag in {text}.get_flags_for_module(sys.argv[0])}}")


def parsed(
    program: Program, statements: list[cst.BaseStatement], elsewhere: bool = False
) -> list[cst.BaseStatement]:
    """The statements of the module, arguments read after the last flag is defined where TensorFlow 1 did so by itself.

    It read them when a flag was first asked for; absl does so in app.run only.
    """
    if not program.flags_read or not used(program) or not _unparsed(program, statements):
        return statements
    module = import_flags(program)
    defined = [i for i, line in enumerate(statements) if code_of(line).lstrip().startswith(f"{module}.DEFINE_")]
    if not defined and elsewhere:  # another file of the program does
        return statements
    if not defined:
        raise Refuse(None, "flags", "flags are read and not defined at the top of the file", "Define them there.")
    line = cst.parse_statement(f"{module}.FLAGS(sys.argv, {_PARSED})")
    place = defined[-1] + 1
    return [*statements[:place], line, *statements[place:]]


def _unparsed(program: Program, statements: list[cst.BaseStatement]) -> bool:
    """Whether a flag may be asked for before anything reads the arguments."""
    finder = _Reads()
    for statement in statements:
        statement.visit(finder)
    return not finder.parsed and (finder.at_once or not finder.app_run)


class _Reads(cst.CSTVisitor):
    """What the module itself does with FLAGS, functions left out."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.depth = 0
        self.at_once = self.parsed = self.app_run = False

    def visit_Assign(self, node: cst.Assign) -> None:
        if code_of(node.value).endswith("flags.FLAGS"):
            self.names |= {code_of(target.target) for target in node.targets}

    def visit_Attribute(self, node: cst.Attribute) -> None:
        if self.depth == 0 and code_of(node.value) in self.names | {"flags.FLAGS", "absl_flags.FLAGS"}:
            self.at_once = True

    def visit_Call(self, node: cst.Call) -> None:
        text = code_of(node)
        self.parsed = self.parsed or (self.depth == 0 and text.endswith(f"(sys.argv, {_PARSED})"))
        self.app_run = self.app_run or text.startswith(("app.run(", "absl_app.run("))

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.depth += 1

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:
        self.depth -= 1

    def visit_Lambda(self, node: cst.Lambda) -> None:
        self.depth += 1

    def leave_Lambda(self, original_node: cst.Lambda) -> None:
        self.depth -= 1
