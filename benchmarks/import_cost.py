"""What `import tf1rnn` costs over `import tensorflow`: whole processes, taking turns, medians compared.

    python benchmarks/import_cost.py [--rounds 11] [--limit 1.15]

Wall time is shown; the limit is on processor time, which other work on the machine disturbs less. Exit status 1 if
its ratio is above the limit.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time

MODULES = ("tensorflow", "tf1rnn")


def seconds(module: str) -> tuple[float, float]:
    """(wall, processor) time of a process that imports a module and ends."""
    environment = dict(os.environ, CUDA_VISIBLE_DEVICES="-1")
    start, used = time.perf_counter(), os.times()
    subprocess.run([sys.executable, "-c", f"import {module}"], check=True, stderr=subprocess.DEVNULL, env=environment)
    wall, now = time.perf_counter() - start, os.times()
    return wall, now.children_user + now.children_system - used.children_user - used.children_system


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--limit", type=float, default=1.15)
    given = parser.parse_args()
    times: dict[str, list[tuple[float, float]]] = {module: [] for module in MODULES}
    for number in range(given.rounds + 1):
        for module in MODULES if number % 2 else reversed(MODULES):
            elapsed = seconds(module)
            if number:  # the first round fills the disk cache
                times[module].append(elapsed)
    ratio = 0.0
    for clock, name in enumerate(("wall", "processor")):
        both = {module: [pair[clock] for pair in values] for module, values in times.items()}
        for module, values in both.items():
            median = statistics.median(values)
            print(f"{name:9} import {module:11} median {median:6.3f} s   (from {min(values):.3f} to {max(values):.3f})")
        pairs = sorted(ours / theirs for theirs, ours in zip(*(both[m] for m in MODULES), strict=True))
        theirs, ours = (statistics.median(both[m]) for m in MODULES)
        ratio = ours / theirs
        print(f"{name:9} ratio of the medians {ratio:.3f}, of the pairs {pairs[0]:.3f} to {pairs[-1]:.3f}")
    print(f"limit {given.limit}, on processor time")
    return int(ratio > given.limit)


if __name__ == "__main__":
    sys.exit(main())
