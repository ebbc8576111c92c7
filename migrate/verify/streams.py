"""The random streams of Python and NumPy: the same numbers for both programs.

The legacy program draws from them alone, the migrated one shares them with Keras: a layer's seed is drawn from
Python's `random`, and `keras.utils.set_random_seed` seeds both. In a proof Keras is kept off them, and a program that
does not seed a stream finds it in one fixed state on both sides.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

PYTHON, NUMPY = "Python's random", "NumPy's random"


def _state(stream: str) -> tuple[Any, ...]:
    """What compares equal as long as nothing is drawn."""
    if stream == PYTHON:
        return random.getstate()
    kind, keys, *rest = np.random.get_state()
    return kind, np.asarray(keys).tobytes(), *rest


class Streams:
    """The global generators of one process."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._unseeded: dict[str, tuple[Any, ...]] = {}  # their state when they were given to the program
        self._kept: dict[str, tuple[Any, ...]] = {}  # their state when Keras was kept from seeding them
        self._generators = False  # np.random.default_rng() was called without a seed

    def fix(self) -> None:
        """Seed `random` and NumPy; a program that asks for a seed from the clock gets this one."""
        for module, stream in ((random, PYTHON), (np.random, NUMPY)):
            module.seed = self._seeding(module.seed, stream)  # type: ignore[attr-defined]
            module.seed()  # type: ignore[attr-defined]
        np.random.default_rng = self._generator(np.random.default_rng)

    def _seeding(self, plain: Callable[..., Any], stream: str) -> Callable[..., Any]:
        def seed(*args: Any, **kwargs: Any) -> Any:
            self._kept.pop(stream, None)
            if any(value is not None for value in (*args[:1], kwargs.get("a"), kwargs.get("seed"))):
                self._unseeded.pop(stream, None)
                return plain(*args, **kwargs)
            result = plain(self._seed)
            self._unseeded.setdefault(stream, _state(stream))
            return result

        return seed

    def _generator(self, plain: Callable[..., Any]) -> Callable[..., Any]:
        def default_rng(seed: Any = None) -> Any:
            self._generators |= seed is None
            return plain(self._seed if seed is None else seed)

        return default_rng

    def keep_keras_off(self) -> None:
        """Give Keras a stream of its own to draw from, and leave the program's as they are where it seeds them."""
        import keras
        from keras.src.random import seed_generator

        if getattr(seed_generator, "python_random", None) is random:
            seed_generator.python_random = random.Random(self._seed)
        plain = keras.utils.set_random_seed

        def set_random_seed(seed: int) -> None:
            python, numpy, unseeded = random.getstate(), np.random.get_state(), dict(self._unseeded)
            plain(seed)
            random.setstate(python)
            np.random.set_state(numpy)
            self._unseeded = unseeded
            self._kept = {stream: _state(stream) for stream in (PYTHON, NUMPY)}

        for module in list(sys.modules.values()):
            if getattr(module, "__dict__", {}).get("set_random_seed") is plain:
                module.__dict__["set_random_seed"] = set_random_seed

    def notes(self) -> list[str]:
        """What a reader should know of the numbers that the program has drawn."""
        drawn = [stream for stream, state in self._unseeded.items() if _state(stream) != state]
        if self._generators and NUMPY not in drawn:
            drawn.append(NUMPY)
        notes = [f"the program does not seed {stream}: both runs began with the same numbers" for stream in drawn]
        for stream, state in self._kept.items():
            if _state(stream) != state:
                notes.append(
                    f"keras.utils.set_random_seed seeds {stream} too; it was kept from it here, "
                    "so that both programs drew the same numbers"
                )
        return notes
