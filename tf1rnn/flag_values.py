"""`tf.flags.FLAGS`: TensorFlow's own flags, and what they had before 1.5 (`FLAGS._parse_flags()`)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import tensorflow.compat.v1 as v1

_real: Any = v1.flags.FLAGS


class FlagValues:
    """The flags of the program: everything is TensorFlow's, but for two names of TensorFlow 1.4 and before.

    `_parse_flags()` parses sys.argv and leaves what it does not know; a program that calls it also finds in `__flags`
    the values of its own flags, by name, where later versions have flag objects, also of others.
    """

    def _parse_flags(self, args: list[str] | None = None) -> None:
        global _is_old
        _is_old = True
        _real(sys.argv if args is None else [sys.argv[0], *args], known_only=True)

    def __getattr__(self, name: str) -> Any:
        if name == "__flags" and _is_old:
            by_module = _real.flags_by_module_dict().items()
            return {f.name: f.value for module, own in by_module if not _is_library(module) for f in own}
        return getattr(_real, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(_real, name, value)

    def __delattr__(self, name: str) -> None:
        delattr(_real, name)

    def __getitem__(self, name: str) -> Any:
        return _real[name]

    def __setitem__(self, name: str, flag: Any) -> None:
        _real[name] = flag

    def __contains__(self, name: str) -> bool:
        return name in _real

    def __iter__(self) -> Iterator[str]:
        return iter(_real)

    def __len__(self) -> int:
        return len(_real)

    def __dir__(self) -> list[str]:
        return dir(_real)

    def __call__(self, argv: Any, known_only: bool = False) -> Any:
        return _real(argv, known_only=known_only)


def _is_library(module: str) -> bool:
    return module.partition(".")[0] in ("absl", "tensorflow", "keras", "tf_keras")


_is_old = False
FLAGS = FlagValues()
