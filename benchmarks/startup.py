"""How long tf1rnn-migrate and tf_upgrade_v2 take on one small file, start-up included.

    python benchmarks/startup.py [--rounds 7] [FILE]

Both commands are those beside the running Python; they take turns, and the medians are compared.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

EXAMPLE = Path(__file__).parents[1] / "legacy_examples" / "04_basic_rnn.py"


def seconds(command: Sequence[str]) -> float:
    """Wall time of one run; RuntimeError unless the command did its whole work."""
    start = time.perf_counter()
    ended = subprocess.run(command, capture_output=True, text=True)
    elapsed = time.perf_counter() - start
    if ended.returncode != 0:
        raise RuntimeError(f"{command[0]} failed:\n{ended.stdout}{ended.stderr}")
    return elapsed


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", nargs="?", type=Path, default=EXAMPLE)
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    programs = Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as folder:
        commands = {
            "tf1rnn-migrate": ["tf1rnn-migrate", str(given.file), "--out", f"{folder}/migrated"],
            "tf_upgrade_v2": [
                "tf_upgrade_v2",
                *("--infile", str(given.file), "--outfile", f"{folder}/upgraded.py"),
                *("--reportfile", f"{folder}/report.txt"),
            ],
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for number in range(given.rounds + 1):
            for name, (program, *arguments) in commands.items():
                elapsed = seconds([str(programs / program), *arguments])
                if number:  # the first round fills the disk cache
                    times[name].append(elapsed)
    lines = given.file.read_text(encoding="utf-8").count("\n")
    print(f"{given.file.name}, {lines} lines, {given.rounds} rounds, Python {sys.version.split()[0]}")
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, values in times.items():
        print(f"{name:15} median {medians[name]:6.3f} s   (from {min(values):.3f} to {max(values):.3f})")
    print(f"ratio           {medians['tf_upgrade_v2'] / medians['tf1rnn-migrate']:6.1f}")


if __name__ == "__main__":
    main()
