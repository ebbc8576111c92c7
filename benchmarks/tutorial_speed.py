"""Training steps per second of three tutorial scripts: under `tf1rnn run`, migrated, and written by hand for Keras 3.

    python benchmarks/tutorial_speed.py [--rounds 5]

All three train for longer than they do as examples. They print every so many steps: the time between two prints is
what is measured, so that neither start-up nor the first steps count. They take turns; ratios are of the same round.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
BY_HAND = Path(__file__).parent / "tutorial_by_hand"
# The line that says how long to train, as it is and longer; steps between two prints.
SCRIPTS = {
    "04_basic_rnn.py": ("training_steps = 60", "training_steps = 1500", 10),
    "11_lstm.py": ("training_steps = 80", "training_steps = 1000", 20),
    "12_gru.py": ("num_epochs = 6", "num_epochs = 50", 12),
}
RUNNER = """
import builtins, runpy, statistics, sys, time
times, shown = [], builtins.print
def record(*args, **kwargs):
    if str(args[0]).startswith(("step", "epoch")):
        times.append(time.perf_counter())
builtins.print = record
kind, path = sys.argv[1:]
if kind == "legacy":
    from tf1rnn import cli
    try:
        cli.main(["run", path])
    except SystemExit:
        pass
else:
    runpy.run_path(path, run_name="__main__")
between = [after - before for before, after in zip(times[3:], times[4:])]
shown("seconds", statistics.median(between))
"""


def rate(kind: str, path: Path, steps: int) -> float:
    """Steps per second of one run."""
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", RUNNER, kind, str(path)]
    ended = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=path.parent)
    if "seconds " not in ended.stdout:
        raise RuntimeError(f"{path} ({kind}) failed:\n{ended.stderr[-2000:]}")
    return steps / float(ended.stdout.split("seconds ")[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name, (short, long, steps) in SCRIPTS.items():
            sources = {"legacy": ROOT / "legacy_examples" / name, "by hand": BY_HAND / name}
            paths = {}
            for kind, source in sources.items():
                paths[kind] = Path(folder) / kind.replace(" ", "_") / name
                paths[kind].parent.mkdir(exist_ok=True)
                text = source.read_text(encoding="utf-8")
                assert short in text, f"{source} has no line {short}"
                paths[kind].write_text(text.replace(short, long), encoding="utf-8")
            paths["migrated"] = Path(folder) / "migrated" / name
            command = [sys.executable, "-m", "migrate", str(paths["legacy"]), "--out", str(paths["migrated"].parent)]
            subprocess.run([*command, "--quiet", "--allow-dirty"], check=True, cwd=ROOT)
            rates: dict[str, list[float]] = {kind: [] for kind in ("legacy", "migrated", "by hand")}
            for number in range(given.rounds):
                for kind in rates if number % 2 else reversed(rates):
                    rates[kind].append(rate(kind, paths[kind], steps))
            line = [f"{kind} {statistics.median(found):.0f} steps/s" for kind, found in rates.items()]
            for other in ("legacy", "by hand"):
                pairs = [ours / theirs for ours, theirs in zip(rates["migrated"], rates[other], strict=True)]
                spread = f"{min(pairs):.2f}-{max(pairs):.2f}"
                line.append(f"migrated / {other} {statistics.median(pairs):.2f} ({spread})")
            print(f"{name:16}", " | ".join(line), flush=True)


if __name__ == "__main__":
    main()
