"""The `__main__` of processes that a script starts through multiprocessing: the script, run as its parent runs it.

multiprocessing runs the main file anew in each process that it spawns, with plain Python. `follow` makes it run this
module there instead, which runs the script with its imports redirected, as `__mp_main__`.
"""

from __future__ import annotations

import functools
import json
import os
from multiprocessing import spawn
from typing import Any

VARIABLE = "TF1RNN_SPAWNED"


def follow(filename: str, strict: bool, language: str) -> None:
    """From now on processes that multiprocessing spawns run `filename` as this one does."""
    plain = getattr(spawn.get_preparation_data, "__wrapped__", spawn.get_preparation_data)

    @functools.wraps(plain)
    def get_preparation_data(name: str) -> dict[str, Any]:
        data = plain(name)
        if data.get("init_main_from_path") == filename:
            del data["init_main_from_path"]
            data["init_main_from_name"] = __name__
            os.environ[VARIABLE] = json.dumps([filename, strict, language])
        return data

    spawn.get_preparation_data = get_preparation_data


if __name__ == "__mp_main__":
    from tf1rnn import launcher

    launcher.run_in(globals(), *json.loads(os.environ[VARIABLE]))
