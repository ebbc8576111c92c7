"""One legacy run for all tests that hold several migrated programs against the same legacy program."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path

import pytest

from migrate.verify import records, runs, sides


@pytest.fixture(scope="session")
def legacy_outputs(tmp_path_factory):
    return {}, tmp_path_factory.mktemp("legacy")


@pytest.fixture(autouse=True)
def one_run_of_each_legacy_program(monkeypatch, legacy_outputs):
    """The recording of a legacy program depends on its text, the plan's sites and the job's limits only."""
    known, folder = legacy_outputs

    class SharedSide(sides.Side):
        def __init__(self, name: str, label: str, where: Path, temporary: Path, timeout: float) -> None:
            job = records.load(temporary / f"{label}.job")
            text = Path(job.script).read_bytes()
            sites = [(site.legacy, site.parameters) for site in job.plan.sites]
            limits = (job.calls, job.seconds, job.reach, job.mode, timeout)
            self._key = pickle.dumps((name, text, sites, job.argv, limits))
            self._kept = known.get(self._key) if name == "legacy" else None
            self._name = name
            if self._kept is None:
                super().__init__(name, label, where, temporary, timeout)
            else:
                self._output = temporary / f"{label}.out"

        def result(self):
            if self._kept is not None:
                shutil.copyfile(self._kept, self._output)
                return records.load(self._output)
            result = super().result()
            if self._name == "legacy" and self._output.exists():
                known[self._key] = folder / f"{len(known)}.out"
                shutil.copyfile(self._output, known[self._key])
            return result

        def __exit__(self, *details):
            if self._kept is None:
                super().__exit__(*details)

    monkeypatch.setattr(runs, "Side", SharedSide)
