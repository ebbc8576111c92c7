"""A program that is run for its layers alone deletes nothing: many empty the folder of their checkpoints first."""

from __future__ import annotations

import contextlib
import functools
import os
import pathlib
import shutil
import sys
from collections.abc import Callable, Iterator
from typing import Any

_OF_OS = ("remove", "unlink", "rmdir", "removedirs", "rename", "renames", "replace")
_OF_PATHS = ("unlink", "rmdir", "rename", "replace")
_OF_GFILE = ("remove", "rmtree", "rename")
_OF_OLD_GFILE = ("Remove", "DeleteRecursively", "Rename")


@contextlib.contextmanager
def deleting_nothing(is_own: Callable[[str], bool], notes: list[str]) -> Iterator[None]:
    """Within the block, calls of the program's own files that delete or move files do nothing, and are noted.

    is_own: whether a file is one of the program's. Writing is left alone: a program reads what it has written.
    """
    import tensorflow as tf

    places: list[tuple[Any, str]] = [(os, name) for name in _OF_OS]
    places += [(shutil, "rmtree"), (shutil, "move")]
    places += [(pathlib.Path, name) for name in _OF_PATHS]
    places += [(tf.io.gfile, name) for name in _OF_GFILE]
    places += [(tf.compat.v1.gfile, name) for name in _OF_OLD_GFILE]
    with contextlib.ExitStack() as stack:
        for owner, name in places:
            plain = getattr(owner, name)
            setattr(owner, name, _sparing(plain, is_own, notes))
            stack.callback(setattr, owner, name, plain)
        plain_system = os.system
        os.system = _sparing(plain_system, is_own, notes, result=0)
        stack.callback(setattr, os, "system", plain_system)
        yield


def _sparing(plain: Callable[..., Any], is_own: Callable[[str], bool], notes: list[str], result: Any = None) -> Any:
    @functools.wraps(plain)
    def sparing(*args: Any, **kwargs: Any) -> Any:
        frame = sys._getframe(1)
        if not is_own(frame.f_code.co_filename):
            return plain(*args, **kwargs)
        what = ", ".join(str(one) for one in args[:2])
        notes.append(f"line {frame.f_lineno} was passed over, so that nothing is lost: {plain.__name__}({what})")
        return result

    return sparing
