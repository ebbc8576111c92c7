"""Small visitors that tell what a piece of code touches."""

from __future__ import annotations

import libcst as cst

from migrate.analysis import flags, values
from migrate.analysis.expressions import Evaluator, is_symbolic
from migrate.analysis.scope import Scope, dotted
from migrate.analysis.training import Schedule


class GraphFinder(cst.CSTVisitor):
    """Whether a piece of code touches TensorFlow or anything of the graph."""

    def __init__(self, ev: Evaluator, scope: Scope, hidden: set[str] | None = None) -> None:
        super().__init__()
        self.ev, self.scope, self.found, self.tensors = ev, scope, False, False
        self.hidden = hidden or set()

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        node.value.visit(self)
        if node.attr.value in flags.OLD and isinstance(node.value, cst.Name):
            held = self.scope.find(node.value.value)
            self.found = self.found or (held is not None and isinstance(held[0].value, values.Flags))
        return False

    def visit_Arg(self, node: cst.Arg) -> bool:
        node.value.visit(self)
        return False

    def visit_DictElement(self, node: cst.DictElement) -> bool:
        """The keys of a feed dict only say what is fed."""
        if not isinstance(node.key, cst.Name):
            node.key.visit(self)
        elif self._is_graph(node.key):
            self.found = True
        node.value.visit(self)
        return False

    def visit_Subscript(self, node: cst.Subscript) -> bool:
        node.value.visit(self)
        for part in node.slice:
            index = part.slice
            if isinstance(index, cst.Index) and isinstance(index.value, cst.Name) and self._is_graph(index.value):
                self.found = True  # feed[x] = ...
            else:
                part.visit(self)
        return False

    def _is_graph(self, node: cst.Name) -> bool:
        found = self.scope.find(node.value) if node.value not in self.hidden else None
        return found is not None and (found[0].definition is not None or isinstance(found[0].value, values.ZeroState))

    def visit_Name(self, node: cst.Name) -> None:
        found = self.scope.find(node.value) if node.value not in self.hidden else None
        if found is None:
            return
        binding = found[0]
        if binding.definition is not None or is_symbolic(binding.value):
            self.tensors = True
        if (
            binding.definition is not None
            or is_symbolic(binding.value)
            or isinstance(
                binding.value,
                (
                    values.Symbol,
                    values.Session,
                    values.Cell,
                    values.Stack,
                    values.Optimizer,
                    values.TrainOp,
                    values.Operation,
                    values.ZeroState,
                    values.Config,
                    values.Layer,
                    Schedule,
                    values.Graph,
                    values.Fetched,
                    values.Feed,
                    values.Saver,
                    values.Summary,
                    values.Writer,
                    values.NoWriter,
                ),
            )
        ):
            self.found = True


class CellFinder(cst.CSTVisitor):
    """Whether code makes an RNN cell, directly or by an alias."""

    def __init__(self, ev: Evaluator, scope: Scope) -> None:
        super().__init__()
        self.ev, self.scope, self.found = ev, scope, False
        self.looked: list[cst.FunctionDef] = []

    def visit_Attribute(self, node: cst.Attribute) -> None:
        name = self.ev.symbol_of(node, self.scope)
        self._cell(name)

    def _cell(self, name: str | None) -> None:
        if name is not None and self.ev.program.canonical(name).startswith("nn.rnn_cell."):
            self.found = True

    def visit_Call(self, node: cst.Call) -> None:
        if not isinstance(node.func, cst.Name):
            return
        self._cell(self.ev.symbol_of(node.func, self.scope))
        found = self.scope.find(node.func.value)
        if found and isinstance(found[0].value, values.Function) and found[0].value.node not in self.looked:
            self.looked.append(found[0].value.node)
            found[0].value.node.body.visit(self)  # a helper that makes a cell


def seeds_python(module: cst.Module) -> bool:
    """Whether the program seeds NumPy's or Python's generator: np.random.seed(...), random.seed(...)."""
    finder = _Seeds()
    module.visit(finder)
    return finder.found


class _Seeds(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.found = False

    def visit_Call(self, node: cst.Call) -> None:
        path = dotted(node.func) or ""
        self.found = self.found or path == "seed" or path.endswith("random.seed")


def comments_in(node: cst.CSTNode) -> list[cst.EmptyLine]:
    """The comments inside an expression that is written anew, as lines of their own."""
    finder = _Comments()
    node.visit(finder)
    return [cst.EmptyLine(comment=comment) for comment in finder.comments]


class _Comments(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.comments: list[cst.Comment] = []

    def visit_Comment(self, node: cst.Comment) -> None:
        self.comments.append(node)


def header_comment(body: cst.IndentedBlock) -> list[cst.EmptyLine]:
    comment = body.header.comment
    return [cst.EmptyLine(comment=comment)] if comment is not None else []


def names_read(node: cst.CSTNode) -> set[str]:
    """The names that code reads or assigns (attributes and keywords are not names)."""
    finder = _Names()
    node.visit(finder)
    return finder.names


class _Names(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        node.value.visit(self)
        return False

    def visit_Arg(self, node: cst.Arg) -> bool:
        node.value.visit(self)
        return False

    def visit_Name(self, node: cst.Name) -> None:
        self.names.add(node.value)
