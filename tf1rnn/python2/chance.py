"""Python 2's `random`: the same generator as today's, but whole numbers are drawn from it in another way.

    below(n) = floor(random() * n)        (today: from random bits)

so that a seeded shuffle comes in the order it had.
"""

from __future__ import annotations

import math
import random as today
from collections.abc import Callable
from typing import Any

GIVEN = object()


class Random(today.Random):
    """The generator, with what Python 3.2 changed put back."""

    def randrange(self, start: int, stop: Any = GIVEN, step: int = 1) -> int:  # type: ignore[override]
        first, last = (0, start) if stop is GIVEN else (start, stop)
        count = len(range(int(first), int(last), int(step)))
        if count <= 0:
            raise ValueError("empty range for randrange()")
        return int(first) + int(step) * int(self.random() * count)

    def randint(self, a: int, b: int) -> int:
        return self.randrange(a, b + 1)

    def choice(self, seq: Any) -> Any:
        return seq[int(self.random() * len(seq))]

    def shuffle(self, x: Any, random: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        draw = random or self.random
        for i in reversed(range(1, len(x))):
            j = int(draw() * (i + 1))
            x[i], x[j] = x[j], x[i]

    def sample(self, population: Any, k: int) -> list[Any]:  # type: ignore[override]
        n = len(population)
        if not 0 <= k <= n:
            raise ValueError("sample larger than population")
        if _is_small(n, k) or hasattr(population, "keys") or not hasattr(population, "__getitem__"):
            pool = list(population)
            result = []
            for i in range(k):
                j = int(self.random() * (n - i))
                result.append(pool[j])
                pool[j] = pool[n - i - 1]
            return result
        selected: dict[int, None] = {}
        while len(selected) < k:
            j = int(self.random() * n)
            selected.setdefault(j)
        return [population[j] for j in selected]


def _is_small(n: int, k: int) -> bool:
    """Whether a copy of the population takes less room than a set of what was chosen."""
    return n <= 21 + (4 ** math.ceil(math.log(k * 3, 4)) if k > 5 else 0)


METHODS = (
    "betavariate choice expovariate gammavariate gauss getrandbits getstate lognormvariate normalvariate paretovariate "
    "randint random randrange sample seed setstate shuffle triangular uniform vonmisesvariate weibullvariate"
).split()

_shared = Random()


def names() -> dict[str, Any]:
    """The functions of the module, all of one generator."""
    return {"Random": Random, **{name: getattr(_shared, name) for name in METHODS}}
