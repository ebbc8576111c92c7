"""Lines that are for one version of Python: if sys.version_info[0] > 2: ... else: reload(sys)."""

from __future__ import annotations

import ast

# Builtins of Python 2 that Python 3 lacks.
PYTHON_2 = frozenset(
    ("basestring", "cmp", "execfile", "file", "long", "raw_input", "reduce", "reload", "unichr", "unicode", "xrange")
)
_VERSIONS = {"version_info", "hexversion", "PY2", "PY3", "python_version_tuple", "version"}


def for_one_version(tree: ast.Module) -> set[int]:
    """The lines of the branches of conditions that ask for Python's version."""
    lines: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and _asks(node.test):
            for statement in (*node.body, *node.orelse):
                lines.update(range(statement.lineno, (statement.end_lineno or statement.lineno) + 1))
    return lines


def _asks(test: ast.expr) -> bool:
    """sys.version_info and the like; not tf.version."""
    for node in ast.walk(test):
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        owner = node.value.id if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) else ""
        if name in _VERSIONS and owner in ("", "sys", "six", "platform"):
            return True
    return False
