"""How long tf1rnn-migrate and tf_upgrade_v2 take on 500 files, with how much memory.

    python benchmarks/many_files.py [--files 500] [FOLDER ...]

The Python files of the folders (default: legacy_examples) are repeated, each folder as a program of its own, until
there are enough. Both commands are those beside the running Python. tf1rnn-migrate runs with one process and with
two, and both have to write the same.
"""

from __future__ import annotations

import argparse
import filecmp
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

EXAMPLES = Path(__file__).parents[1] / "legacy_examples"
_MEASURED = """
import resource, subprocess, sys
ended = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(ended.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def repeat(folders: Sequence[Path], files: int, target: Path) -> int:
    """Copy the folders' Python files into `target` until there are `files` of them; how many there are."""
    copied = round_ = 0
    while copied < files:
        for number, folder in enumerate(folders):
            for path in sorted(folder.rglob("*.py")):
                if copied < files:
                    place = target / f"{round_}_{number}" / path.relative_to(folder)
                    place.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, place)
                    copied += 1
        round_ += 1
    return copied


def measured(command: Sequence[str]) -> tuple[float, float, int]:
    """Wall seconds, megabytes of the largest process, exit status."""
    start = time.perf_counter()
    ended = subprocess.run([sys.executable, "-c", _MEASURED, *command], capture_output=True, text=True, check=True)
    elapsed = time.perf_counter() - start
    status, kilobytes = map(int, ended.stdout.split())
    return elapsed, kilobytes / 1024, status


def same(one: Path, other: Path) -> bool:
    """Whether two trees hold the same files."""
    names = [sorted(path.relative_to(tree) for path in tree.rglob("*") if path.is_file()) for tree in (one, other)]
    return names[0] == names[1] and all(filecmp.cmp(one / n, other / n, shallow=False) for n in names[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, default=[EXAMPLES])
    parser.add_argument("--files", type=int, default=500)
    given = parser.parse_args()
    programs = Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        count = repeat(given.folders, given.files, root / "legacy")
        print(f"{count} files of {', '.join(folder.name for folder in given.folders)}")
        migrate = [str(programs / "tf1rnn-migrate"), str(root / "legacy"), "--quiet"]
        times = {}
        for jobs in ("1", "2"):
            times[jobs], memory, status = measured([*migrate, "--jobs", jobs, "--out", str(root / f"migrated{jobs}")])
            print(
                f"tf1rnn-migrate --jobs {jobs}  {times[jobs]:7.1f} s  {memory:6.0f} MB a process  exit status {status}"
            )
        print("same results:", same(root / "migrated1", root / "migrated2"))
        upgrade = [
            str(programs / "tf_upgrade_v2"),
            "--intree",
            str(root / "legacy"),
            "--outtree",
            str(root / "upgraded"),
        ]
        elapsed, memory, status = measured([*upgrade, "--reportfile", str(root / "report.txt")])
        print(f"tf_upgrade_v2            {elapsed:7.1f} s  {memory:6.0f} MB a process  exit status {status}")
        print(f"ratio                    {elapsed / times['2']:7.2f}")


if __name__ == "__main__":
    main()
