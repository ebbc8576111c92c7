"""Write tf2_names.txt: the public dotted names of TensorFlow 2 and Keras 3.

    python -m migrate.api.generate_names dump OUT.txt            # with the installed TensorFlow
    python -m migrate.api.generate_names common OUT.txt A.txt B.txt   # what all of the files have

One line for each namespace: "keras.layers: Dense LSTM ...", for each class with what its base lacks:
"keras.layers.LSTM < keras.layers.RNN: units", and for a value with attributes of any name:
"tf.version.VERSION =".
Names under tf.compat.v1 and tf.compat.v2 are left out: a migrated program uses neither.
"""

from __future__ import annotations

import inspect
import sys
import types
from pathlib import Path
from typing import Any

SKIPPED = {"tf.compat.v1", "tf.compat.v2"}
LIBRARIES = ("tensorflow", "keras", "tf_keras")


def public(thing: Any) -> list[str]:
    return [name for name in dir(thing) if not name.startswith("_")]


def is_namespace(thing: Any) -> bool:
    """A public module: one of the generated API packages, not an implementation module."""
    name = getattr(thing, "__name__", "")
    return isinstance(thing, types.ModuleType) and (
        "_api." in name or "_api" in name.split(".") or name.startswith(("keras.api", "keras._tf_keras"))
        or (name.split(".")[0] == "keras" and ".src" not in name))


class Walk:
    """Collects lines; classes are named by their first public path."""

    def __init__(self) -> None:
        self.lines: dict[str, str] = {}
        self.classes: dict[type, str] = {}
        self.pending: list[tuple[str, type]] = []

    def namespace(self, path: str, module: Any, trail: tuple[int, ...] = ()) -> None:
        if path in SKIPPED or id(module) in trail:
            return
        names = []
        for name in public(module):
            try:
                thing = getattr(module, name)
            except Exception:  # a lazy attribute that this installation cannot load is not usable either
                continue
            full = f"{path}.{name}"
            if isinstance(thing, types.ModuleType) or type(thing).__name__.endswith("LazyLoader"):
                if full in SKIPPED or not (is_namespace(thing) or name == "keras"):
                    continue
                self.namespace(full, thing, (*trail, id(module)))
            elif inspect.isclass(thing):
                self.classes.setdefault(thing, full)
                self.pending.append((full, thing))
            elif type(thing).__name__ == "DType":
                self.lines[full] = f"{full}: {' '.join(public(thing))}"
            elif not callable(thing):
                self.lines[full] = f"{full} ="
            names.append(name)
        self.lines[path] = f"{path}: {' '.join(names)}"

    def finish(self) -> None:
        for full, thing in self.pending:
            own = self.classes[thing]
            if own != full:
                self.lines[full] = f"{full} < {own}:"
                continue
            bases = [base for base in thing.__mro__[1:] if base in self.classes]
            inherited = {name for base in bases[:1] for name in public(base)}
            extra = [name for name in public(thing) if name not in inherited]
            base = f" < {self.classes[bases[0]]}" if bases else ""
            self.lines[full] = f"{full}{base}: {' '.join(extra)}".rstrip()


def dump() -> dict[str, str]:
    import keras
    import tensorflow as tf

    walk = Walk()
    walk.namespace("keras", keras)
    walk.namespace("tf", tf)
    walk.finish()
    return walk.lines


def main(argv: list[str]) -> int:
    from migrate.api.names import expand

    if argv[0] == "dump":
        lines = dump()
    else:
        texts = [Path(path).read_text(encoding="utf-8") for path in argv[2:]]
        spaces = [{line.split(" ")[0].rstrip(":"): line for line in text.splitlines()} for text in texts]
        shared = expand(texts[0]).intersection(*map(expand, texts[1:]))
        lines = {}
        for name in (name for name in spaces[0] if all(name in space for space in spaces)):
            head, colon, rest = spaces[0][name].partition(":")
            kept = [child for child in rest.split() if f"{name}.{child}" in shared]
            lines[name] = f"{head}{colon} {' '.join(kept)}".rstrip()
    Path(argv[1]).write_text("".join(lines[name] + "\n" for name in sorted(lines)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
