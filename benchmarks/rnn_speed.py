"""How fast recurrent layers are under tf1rnn, beside other implementations on this machine.

    python benchmarks/rnn_speed.py [--tf115 PYTHON] [--torch PYTHON] [--cells lstm gru] [--shapes small medium large]
                                   [--rounds 7] [--json FILE] [--chart FILE.png] [--growth]

For each cell and shape one process for each implementation makes the same network; then they take turns, and a round's
figure of each is the median of its steps. Every number in the table is a ratio of two implementations in the same
round, the median over the rounds: above 1 tf1rnn is faster. Those that are not installed are left out, with a line
that says so. `--growth` doubles length and batch instead, and prints how the time grows.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

PEERS = Path(__file__).parent / "rnn_peers"
ROOT = Path(__file__).parents[1]
CELLS = ["rnn", "lstm", "gru", "lstm2", "bilstm"]
SHAPES = {
    "small": {"batch": 16, "time": 20, "input": 16, "units": 32},
    "medium": {"batch": 32, "time": 50, "input": 64, "units": 128},
    "large": {"batch": 64, "time": 100, "input": 256, "units": 512},
}
STEPS = {"small": 50, "medium": 15, "large": 2}
OURS = "tf1rnn"


class Peer:
    """One implementation of one case, in a process of its own."""

    def __init__(self, command: list[str], case: dict[str, Any], environment: dict[str, str]) -> None:
        program, script, *rest = command
        path = {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
        self.process = subprocess.Popen(
            [program, str(PEERS / script), json.dumps(case), *rest],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3", **path, **environment},
        )

    def ready(self) -> str:
        """Waits for the network; the last line of the error if there is none."""
        assert self.process.stdout is not None and self.process.stderr is not None
        if self.process.stdout.readline():
            return ""
        return (self.process.stderr.read().strip().splitlines() or ["ended"])[-1]

    def ask(self, step: str, count: int) -> dict[str, Any]:
        """Runs steps; their wall and processor times in ms, and the peak memory of the network in MB."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(f"{step} {count}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def end(self) -> None:
        """Ends the process."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


def commands(given: argparse.Namespace) -> dict[str, tuple[list[str], dict[str, str]]]:
    """Command and environment of each implementation."""
    here = sys.executable
    found: dict[str, tuple[list[str], dict[str, str]]] = {
        OURS: ([here, "legacy.py", "tf1rnn"], {"TF1RNN_FUSED": "1"}),
        "its general path": ([here, "legacy.py", "tf1rnn"], {"TF1RNN_FUSED": "0"}),
    }
    if given.tf115:
        found["TensorFlow 1.15"] = ([given.tf115, "legacy.py", "tensorflow1"], {"PYTHONPATH": ""})
    else:
        print("TensorFlow 1.15 is left out: --tf115 PYTHON names a Python that has it")
    found["tf_keras"] = ([here, "legacy.py", "tf_keras"], {})
    found["Keras 3"] = ([here, "keras3.py"], {})
    found["PyTorch"] = ([given.torch or here, "pytorch.py"], {})
    found["products alone"] = ([here, "products.py"], {})
    return found


def measure(case: dict[str, Any], given: argparse.Namespace, count: int, peers: Any) -> dict[str, Any]:
    """{step: {implementation: {wall: [ms of each round], processor: …, memory: MB}}}."""
    running: dict[str, Peer] = {}
    for name, (command, environment) in peers.items():
        peer = Peer(command, case, environment)
        problem = peer.ready()
        if problem:
            print(f"{name} is left out: {problem}")
            continue
        running[name] = peer
    results: dict[str, Any] = {}
    for step in ("forward", "train"):
        found: dict[str, Any] = {name: {"wall": [], "processor": []} for name in running}
        for peer in running.values():
            peer.ask(step, 3)
        for number in range(given.rounds):
            for name in running if number % 2 else reversed(running):
                answer = running[name].ask(step, count)
                for kind in ("wall", "processor"):
                    found[name][kind].append(statistics.median(answer[kind]))
                found[name]["memory"] = answer["memory"]
        results[step] = found
    for peer in running.values():
        peer.end()
    return results


def ratios(found: dict[str, Any], name: str, kind: str = "wall") -> tuple[float, float, float]:
    """Median, least and most of the times of an implementation over ours, round by round."""
    pairs = [theirs / ours for theirs, ours in zip(found[name][kind], found[OURS][kind], strict=True)]
    return statistics.median(pairs), min(pairs), max(pairs)


def show(cell: str, shape: str, results: dict[str, Any]) -> None:
    for step, found in results.items():
        ours = statistics.median(found[OURS]["wall"])
        print(f"{cell:7} {shape:7} {step:8} {ours:9.2f} ms  {found[OURS]['memory']:5.0f} MB", end="")
        for name in found:
            if name != OURS:
                middle, least, most = ratios(found, name)
                print(f" | {name} {middle:.2f} ({least:.2f}-{most:.2f}) {found[name]['memory']:.0f} MB", end="")
        print(flush=True)


def growth(given: argparse.Namespace) -> None:
    """Prints how the time of a training step grows with length and batch."""
    peers = {name: command for name, command in commands(given).items() if name in (OURS, "its general path")}
    start = SHAPES["medium"]
    for cell in given.cells:
        for key in ("time", "batch"):
            for factor in (1, 2, 4):
                case = {"cell": cell, **start, key: start[key] * factor}
                found = measure(case, given, 5, peers)["train"]
                text = [f"{n} {statistics.median(f['wall']):.2f} ms {f['memory']:.0f} MB" for n, f in found.items()]
                print(f"{cell:7} {key} x {factor}: " + " | ".join(text), flush=True)


def chart(records: list[dict[str, Any]], path: str) -> None:
    """Draws the ratios of the training steps."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    shapes = [shape for shape in SHAPES if any(r["shape"] == shape for r in records)]
    figure, places = plt.subplots(1, len(shapes), figsize=(4.6 * len(shapes), 3.6), sharey=True, squeeze=False)
    for place, shape in zip(places[0], shapes, strict=True):
        here = [r for r in records if r["shape"] == shape]
        names = [name for name in here[0]["results"]["train"] if name not in (OURS, "products alone")]
        for position, name in enumerate(names):
            at = [number + 0.8 * (position + 0.5) / len(names) - 0.4 for number in range(len(here))]
            high = [ratios(r["results"]["train"], name)[0] for r in here]
            place.bar(at, high, 0.8 / len(names), label=name)
        place.axhline(1.0, color="black", linewidth=0.8)
        place.set_xticks(range(len(here)), [r["cell"] for r in here])
        case = here[0]["case"]
        place.set_title(f"batch {case['batch']}, time {case['time']}, {case['input']} to {case['units']}", fontsize=9)
    places[0][0].set_ylabel("time of a training step / that of tf1rnn")
    places[0][0].legend(fontsize=7)
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tf115", help="a Python with TensorFlow 1.15")
    parser.add_argument("--torch", help="a Python with PyTorch; this one by default")
    parser.add_argument("--cells", nargs="+", choices=CELLS, default=CELLS)
    parser.add_argument("--shapes", nargs="+", choices=SHAPES, default=list(SHAPES))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", help="where to write all figures")
    parser.add_argument("--chart", help="where to draw the ratios of the training steps")
    parser.add_argument("--growth", action="store_true")
    given = parser.parse_args()
    if given.growth:
        growth(given)
        return
    peers = commands(given)
    print("times of others over that of tf1rnn: median of the rounds (least-most), and peak memory of the network")
    records = []
    for shape in given.shapes:
        for cell in given.cells:
            case = {"cell": cell, **SHAPES[shape]}
            results = measure(case, given, STEPS[shape], peers)
            records.append({"cell": cell, "shape": shape, "case": case, "results": results})
            show(cell, shape, results)
    if given.json:
        Path(given.json).write_text(json.dumps(records))
    if given.chart:
        chart(records, given.chart)


if __name__ == "__main__":
    main()
