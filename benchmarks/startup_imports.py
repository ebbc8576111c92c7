"""Which imports the start-up of tf1rnn-migrate is made of, dearest first.

python benchmarks/startup_imports.py [MODULE]     (default: migrate.cli; try migrate.migration)
"""

from __future__ import annotations

import subprocess
import sys


def main() -> None:
    module = sys.argv[1] if len(sys.argv) > 1 else "migrate.cli"
    command = [sys.executable, "-X", "importtime", "-c", f"import {module}"]
    report = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    rows = []
    for line in report.splitlines()[1:]:
        own, total, name = line.removeprefix("import time:").split("|")
        rows.append((int(total), int(own), name.strip()))
    print(f"{'total ms':>9} {'own ms':>8}  module")
    for total, own, name in sorted(rows, reverse=True)[:25]:
        print(f"{total / 1000:9.1f} {own / 1000:8.1f}  {name}")


if __name__ == "__main__":
    main()
