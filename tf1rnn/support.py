"""What of TensorFlow 1.15.5 is there, module by module: the table in README.md, made from the code.

    python -m tf1rnn.support               the table
    python -m tf1rnn.support --missing     every public name of TensorFlow 1.15.5 that is not there, with the reason
    python -m tf1rnn.support --write FILE  writes the table between its two marks into a file

`names_1_15_5.txt` lists the public names: modules, classes, functions and constants, without tf.raw_ops.
"""

from __future__ import annotations

import argparse
import functools
import pathlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tf1rnn import namespace, refused, tables
from tf1rnn.refusals import UnsupportedName

NAMES = pathlib.Path(__file__).parent / "names_1_15_5.txt"
BEGIN, END = "<!-- python -m tf1rnn.support writes from here -->", "<!-- to here -->"

# Loaded by another package, name for name.
ELSEWHERE = {"keras": "Keras 2, by tf_keras"}

_SHOWN = 8  # so many missing names are written out


@dataclass
class Module:
    """The names of one TF1 module, by who gives them."""

    path: str
    ours: list[str] = field(default_factory=list)
    tensorflow: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.ours) + len(self.tensorflow) + len(self.missing)


@functools.cache
def public_names() -> dict[str, list[str]]:
    """{TF1 module path ("" for tf): its public names in TensorFlow 1.15.5}."""
    found = {}
    for line in NAMES.read_text().splitlines():
        path, _, names = line.partition(": ")
        found["" if path == "tf" else path] = names.split()
    return found


def modules() -> list[Module]:
    """Every TF1 module with what became of its names: each is looked up as a program would."""
    found = []
    for path, names in public_names().items():
        module = Module(path)
        for name in names:
            full = f"{path}.{name}".lstrip(".")
            home = tables.home(full)
            try:
                namespace.resolve(full)
            except UnsupportedName:
                module.missing.append(name)
            else:
                (module.ours if home and home[0].startswith("tf1rnn.") else module.tensorflow).append(name)
        found.append(module)
    return found


def table(found: list[Module]) -> str:
    """The table in Markdown."""
    ours = [m for m in found if m.ours]
    partly = [m for m in found if not m.ours and m.tensorflow and m.missing]
    whole = [m for m in found if not m.ours and not m.missing]
    none = [m for m in found if not m.ours and not m.tensorflow]
    lines = ["| TF1 module | names in 1.15.5 | ours | TensorFlow's own | not there |", "|" + " --- |" * 5]
    lines += [_row(m) for m in [*ours, *partly]]
    core, contrib = _split(whole, lambda m: not m.path.startswith("contrib."))
    for label, group in (("", core), ("contrib.", contrib)):
        if group:
            paths = ", ".join(f"`{m.path.removeprefix(label)}`" for m in group)
            lines.append(f"| `tf.{label}`: {paths} | {_sum(group)} | | {_sum(group)} | |")
    lines += [f"| `tf.{path}` | all | | all: {who} | |" for path, who in ELSEWHERE.items()]
    total = [sum(len(getattr(m, part)) for m in found) for part in ("ours", "tensorflow", "missing")]
    lines.append(f"| **all** | {sum(total)} | {total[0]} | {total[1]} | {total[2]} |")
    lines += ["", "Not there at all, and why; the error message says the same:", ""]
    reasons = defaultdict(list)
    for module in none:
        reasons[refused.reason(module.path) or ""].append(module)
    for reason, group in sorted(reasons.items(), key=lambda pair: (not pair[0], pair[0])):
        paths = ", ".join(f"`tf.{m.path}` ({m.count})" for m in group)
        lines.append(f"- {paths}: {reason or 'no recurrent program is known to need them'}.")
    return "\n".join(lines)


def _split(found: list[Module], first: Callable[[Module], bool]) -> tuple[list[Module], list[Module]]:
    return [m for m in found if first(m)], [m for m in found if not first(m)]


def _sum(found: list[Module]) -> int:
    return sum(m.count for m in found)


def _row(module: Module) -> str:
    missing = ""
    if module.missing:
        shown = ", ".join(f"`{n}`" for n in module.missing[:_SHOWN])
        rest = len(module.missing) - _SHOWN
        missing = f"{len(module.missing)}: {shown}{f' and {rest} more' if rest > 0 else ''}"
    path = f"`tf.{module.path}`".replace(".`", "`")
    cells = [path, module.count, len(module.ours) or "", len(module.tensorflow) or "", missing]
    return "| " + " | ".join(str(c) for c in cells) + " |"


def missing(found: list[Module]) -> Iterator[str]:
    """One line for each name that is not there."""
    for module in found:
        for name in module.missing:
            full = f"{module.path}.{name}".lstrip(".")
            yield f"tf.{full}: {refused.reason(full) or 'not there yet'}"


def replaced(text: str, new: str) -> str:
    """A text with what stands between the two marks replaced. Raises ValueError where a mark is missing."""
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the marks {BEGIN!r} and {END!r} are not there")
    return f"{head}{begin}\n\n{new}\n\n{end}{tail}"


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tf1rnn.support", description="What of TensorFlow 1.15.5 is there, module by module."
    )
    parser.add_argument("--missing", action="store_true", help="list every name that is not there")
    parser.add_argument("--write", metavar="FILE", type=pathlib.Path, help="write the table into a file with marks")
    given = parser.parse_args()
    found = modules()
    if given.write:
        given.write.write_text(replaced(given.write.read_text(encoding="utf-8"), table(found)), encoding="utf-8")
    else:
        print("\n".join(missing(found)) if given.missing else table(found))


if __name__ == "__main__":
    main()
