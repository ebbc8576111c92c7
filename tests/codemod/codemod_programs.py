"""Small TF1 programs in parts, and what must hold for whatever the codemod makes of them."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import textwrap

from migrate import gate
from migrate.migration import migrate_source
from migrate.plan import Migrated, Refused, Unchanged

HEAD = """\
import numpy as np
import tensorflow as tf

tf.set_random_seed(1)
np.random.seed(1)
xs = np.random.randn(4, 5, 3).astype(np.float32)
ys = np.random.randn(4, 2).astype(np.float32)
"""

GRAPH = """\
x = tf.placeholder(tf.float32, [None, 5, 3])
y = tf.placeholder(tf.float32, [None, 2])
cell = tf.nn.rnn_cell.BasicLSTMCell(4)
outputs, state = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
W = tf.Variable(tf.random_normal([4, 2]))
b = tf.Variable(tf.zeros([2]))
pred = tf.matmul(outputs[:, -1], W) + b
loss = tf.reduce_mean(tf.square(pred - y))
train = tf.train.AdamOptimizer(0.01).minimize(loss)
"""

PLAIN = "x = tf.placeholder(tf.float32, [None, 5, 3])\n"  # a graph without weights

SESSION = """\
sess = tf.Session()
sess.run(tf.global_variables_initializer())
"""


def program(*parts: str) -> str:
    """The parts, each dedented, one after the other."""
    return "".join(textwrap.dedent(part) for part in parts)


def trained(*parts: str) -> str:
    """A program with the graph above and an initialised session."""
    return program(HEAD, GRAPH, SESSION, *parts)


def migrated(source: str) -> str:
    """The migrated text, which parses, passes the gate, is clean, and is left alone when migrated again."""
    outcome = migrate_source(source)
    assert isinstance(outcome, Migrated), outcome
    text = outcome.source
    compile(text, "migrated", "exec")
    assert not gate.check(text), text
    assert isinstance(migrate_source(text), Unchanged), text
    new = set(lint(text)) - set(lint(source))
    assert not new, f"{new}\n{text}"
    return text


def refusal(source: str) -> tuple[int, str]:
    """(line, code) of the first reason for which a program is refused."""
    outcome = migrate_source(source)
    assert isinstance(outcome, Refused), getattr(outcome, "source", outcome)
    assert outcome.reasons[0].reason
    return outcome.reasons[0].line, outcome.reasons[0].code


def line_of(source: str, text: str) -> int:
    """The first line that holds the text."""
    return next(number for number, line in enumerate(source.splitlines(), 1) if text in line)


def refused_at(source: str, text: str, code: str) -> None:
    """The program is refused for this code, at the line that holds the text."""
    assert refusal(source) == (line_of(source, text), code)


def lint(text: str) -> list[str]:
    """What ruff finds by names: unused ones, unbound ones, errors."""
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "F,E9", "--output-format", "json", "-"]
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return sorted(finding["message"] for finding in json.loads(done.stdout))


def functions(text: str) -> set[str]:
    """The names of all functions of a text."""
    return {node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)}


def has_line(text: str, line: str) -> bool:
    """Whether a line stands in a text, indentation aside."""
    return line in [found.strip() for found in text.splitlines()]
