"""The public names of TensorFlow 2 and Keras 3, from a list that ships with the package."""

from __future__ import annotations

from functools import cache
from pathlib import Path

LIST = Path(__file__).with_name("tf2_names.txt")


def expand(text: str) -> set[str]:
    """All dotted names that a list in the format of generate_names.py says."""
    children: dict[str, list[str]] = {}
    bases: dict[str, str] = {}
    for line in text.splitlines():
        head, _, rest = line.partition(":")
        name, _, base = head.partition(" < ")
        name = name.removesuffix(" =")
        children[name] = rest.split()
        if base:
            bases[name] = base
    found = set(children)
    for name in children:
        owner: str | None = name
        while owner is not None:
            found.update(f"{name}.{child}" for child in children.get(owner, ()))
            owner = bases.get(owner)
    return found


@cache
def _names() -> tuple[frozenset[str], frozenset[str]]:
    text = LIST.read_text(encoding="utf-8")
    opened = frozenset(line[:-2] for line in text.splitlines() if line.endswith(" ="))
    return frozenset(expand(text)), opened


def exists(name: str) -> bool:
    """Whether a full dotted name ("tf.nn.relu", "keras.layers.LSTM") resolves in TF2 and Keras 3.

    Special attributes (`__name__`) and whatever follows them, and the attributes of plain values
    (`tf.version.VERSION.split`), count as resolving.
    """
    names, values = _names()
    parts = name.split(".")
    for length, part in enumerate(parts, start=1):
        if part.startswith("__") and part.endswith("__"):
            return True
        prefix = ".".join(parts[:length])
        if prefix not in names:
            return False
        if prefix in values:
            return True
    return True


def is_tf1_only(name: str) -> bool:
    """Whether a name without "tf." ("placeholder", "contrib.rnn") is missing from TF2's public API."""
    return not exists("tf." + name)
