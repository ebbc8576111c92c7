"""The conditions both sides run under: seeds of graphs, a way to stop, the user's part of a traceback."""

from __future__ import annotations

import importlib
import os
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Any

DROPOUT_NOTE = (
    "dropout was held off on both sides: random masks cannot be equal; "
    "values are multiplied by 1 - rate / 2 instead, so that another rate shows"
)


def fix_graph_seeds(seed: int) -> None:
    """Every graph gets this seed unless the program sets its own: initial weights are the same each time."""
    import tensorflow.compat.v1 as tf1

    plain = tf1.Graph.__init__

    def __init__(graph: Any, *args: Any, **kwargs: Any) -> None:
        plain(graph, *args, **kwargs)
        graph.seed = seed

    tf1.Graph.__init__ = __init__
    tf1.get_default_graph().seed = seed


def wait_for_start() -> None:
    """A line on standard input says that it is this side's turn, the end of the input that it never will be.

    After the line there is nothing: a program that asks its user something finds the end of the input.
    """
    if not sys.stdin.readline():
        leave(1)


def watch(seconds: float, save: Callable[[], None]) -> None:
    """After `seconds` save what there is and end the process, whatever the program is doing."""

    def end() -> None:
        save()
        leave(0)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()


def keep_windows_shut(source: str) -> None:
    """Nobody is there to close the window of a plot: a program that chooses how to draw gets no window either.

    One that does not choose draws into memory because of the environment it is run in.
    """
    if "matplotlib" not in source:
        return
    try:
        matplotlib = importlib.import_module("matplotlib")
        pyplot = importlib.import_module("matplotlib.pyplot")
    except ImportError:  # the program's own import will say so
        return
    pyplot.switch_backend("Agg")
    matplotlib.__dict__["use"] = pyplot.__dict__["switch_backend"] = lambda *args, **kwargs: None


def leave(status: int) -> None:
    """End the process at once: no handler of the user's program may swallow it or go on calling."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def user_traceback(error: BaseException, filename: str, entries: int = 3) -> str:
    """The user's own last lines of a traceback, then the error."""
    stack = traceback.extract_tb(error.__traceback__)
    folder = os.path.dirname(os.path.realpath(filename))
    own = [entry for entry in stack if os.path.realpath(entry.filename).startswith(folder + os.sep)]
    lines = traceback.format_list(own[-entries:])
    message = "".join(traceback.format_exception_only(error)).strip()
    if len(message) > 2000:  # errors from inside tf.function carry whole generated files
        message = message[:1000] + "\n…\n" + message[-1000:]
    if isinstance(error, EOFError):
        message += "\nThe program may read its standard input: the proof has nothing to type in there."
    return "".join(lines) + message
