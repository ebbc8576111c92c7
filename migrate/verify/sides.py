"""The two processes of a proof: started together, told when to run, ended in any case."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from migrate.verify import records

GRACE = 30.0  # seconds for loading the libraries and for saving, beside the program's own time


class Side:
    """A process running `migrate.verify.<name>_side` on the job `<label>.job` in the temporary folder.

    Use it as a context manager: leaving it ends the process if it still runs.
    """

    def __init__(self, name: str, label: str, folder: Path, temporary: Path, timeout: float) -> None:
        self._output = temporary / f"{label}.out"
        self._log = temporary / f"{label}.log"
        self._timeout = timeout
        root = str(Path(__file__).resolve().parents[2])
        start = f"import sys; sys.path.insert(0, {root!r}); from migrate.verify import {name}_side as side; "
        command = [sys.executable, "-c", f"{start}side.main({str(temporary / f'{label}.job')!r})"]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                cwd=folder,
                env=_environment(),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def result(self) -> Any:
        """Let it run to its end and give what it saved; a text says why it gave nothing."""
        limit = self._timeout + GRACE
        try:
            self._process.communicate(b"run\n", timeout=limit)
        except subprocess.TimeoutExpired:  # the side ends itself in time, unless it hangs outside of Python
            return f"was stopped after {limit:.0f} s without a result"
        if not self._output.exists():
            tail = self._log.read_text(errors="replace").strip().splitlines()[-8:]
            return "\n".join([f"ended with status {self._process.returncode} and no result", *tail])
        return records.load(self._output)

    def __enter__(self) -> Side:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate()


def _environment() -> dict[str, str]:
    """One order of sets, no windows, one way of computing on both sides."""
    return {
        **os.environ,
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "MPLBACKEND": "Agg",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "CUDA_VISIBLE_DEVICES": "-1",
        "KERAS_BACKEND": "tensorflow",
    }
