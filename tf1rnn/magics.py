"""What stands in for IPython in a notebook that is run: the magics that matter, a line on stderr for what is left
out, an error for what cannot be left out.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from tf1rnn.notices import once

# Magics without which the cells compute the same.
WITHOUT_EFFECT = frozenset(
    "alias autoreload autosave colors config debug doctest_mode html javascript latex load_ext logstart ls lsmagic "
    "markdown matplotlib pdb pinfo pinfo2 pip conda precision prun pwd qtconsole reload_ext svg tb time timeit "
    "unload_ext watermark who who_ls whos xmode memit mprun lprun tensorboard".split()
)


class WrongNotebook(SystemExit):
    """Ends the run with a message and exit status 1."""

    def __init__(self, message: str) -> None:
        super().__init__(f"tf1rnn: {message}")


class UnsupportedMagic(RuntimeError):
    """A line for IPython or the shell whose effect the rest of the notebook may need."""


class Shell:
    """What `get_ipython()` gives."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.user_ns = namespace

    def magic(self, line: str) -> Any:
        """`%name rest`"""
        name, _, rest = line.strip().lstrip("%").partition(" ")
        return self.run_line_magic(name, rest.strip())

    def run_line_magic(self, name: str, line: str, *scopes: Any) -> Any:
        """`%name line`. Raises UnsupportedMagic for one that the notebook may depend on."""
        if name == "tensorflow_version":
            if not line.startswith("1"):
                raise UnsupportedMagic(f"%tensorflow_version {line}: this runs TensorFlow 1 programs")
        elif name == "cd":
            os.chdir(os.path.expanduser(line.strip("'\"") or "~"))
        elif name in ("env", "set_env"):
            variable, _, value = line.partition("=" if "=" in line else " ")
            if not value:
                return os.environ.get(variable.strip())
            os.environ[variable.strip()] = value.strip()
        elif name in WITHOUT_EFFECT:
            if name not in ("matplotlib", "time", "timeit"):
                once(f"%{name}", f"%{name} of the notebook is left out")
        else:
            raise UnsupportedMagic(f"%{name} is not supported: what follows may depend on it")
        return None

    def run_cell_magic(self, name: str, line: str, body: str) -> Any:
        """`%%name line` over a cell. Raises UnsupportedMagic for one that the notebook may depend on."""
        if name in ("writefile", "file"):
            append = line.startswith("-a ")
            path = line.removeprefix("-a ").strip()
            with open(os.path.expanduser(path), "a" if append else "w", encoding="utf-8") as file:
                file.write(body + "\n")
        elif name in ("bash", "sh", "script", "cmd"):
            once(f"%%{name} {body}", f"a %%{name} cell of the notebook is left out")
        elif name in WITHOUT_EFFECT:
            once(f"%%{name}", f"%%{name} cells of the notebook are left out")
        else:
            raise UnsupportedMagic(f"%%{name} is not supported: what follows may depend on it")
        return None

    def system(self, command: str) -> None:
        """`!command`: left out."""
        once(f"!{command}", f"left out: !{command}")

    def system_lines(self, command: str) -> Any:
        """`name = !command`. Raises UnsupportedMagic: the value cannot be left out."""
        raise UnsupportedMagic(f"the output of !{command} is needed, and commands of the shell are not run")

    def display(self, *values: Any, **_: Any) -> None:
        """`display(value)`"""
        for value in values:
            sys.stdout.write(f"{value!r}\n")
