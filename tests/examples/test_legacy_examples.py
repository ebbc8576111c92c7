"""Each legacy example, unchanged, computes under `tf1rnn` what it computed under TensorFlow 1.15.5."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import numpy as np
import pytest
from record_goldens import HERE, ROOT, example_scripts, golden_path

RTOL, ATOL = 5e-4, 5e-5

# Printed numbers may differ in the last digit; what stands around them may not.
NUMBER = re.compile(r"-?\d+(\.\d+)?")


def calls_of(recording: dict[str, np.ndarray]) -> list[tuple[str, np.ndarray]]:
    """The recorded arrays, each with its label (call, place, dtype, shape)."""
    calls = []
    start = 0
    for label, size in zip(recording["labels"], recording["sizes"], strict=True):
        calls.append((str(label), recording["values"][start : start + size]))
        start += size
    return calls


def load(path: str) -> dict[str, np.ndarray]:
    with np.load(path, allow_pickle=False) as file:
        return {key: file[key] for key in file.files}


def ids(script: str) -> str:
    return os.path.splitext(os.path.basename(script))[0]


def test_every_topic_has_a_script_and_a_golden() -> None:
    scripts = example_scripts()
    assert [ids(script)[:2] for script in scripts] == [f"{topic:02d}" for topic in range(1, 16)]
    assert all(os.path.exists(golden_path(script)) for script in scripts)


@pytest.mark.parametrize("script", example_scripts(), ids=ids)
def test_same_values_as_tensorflow_1_15(script: str, tmp_path: object) -> None:
    recorder = [sys.executable, os.path.join(HERE, "record_goldens.py"), "--under", "tf1rnn"]
    command = [*recorder, "--out", str(tmp_path), script]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr

    golden, ours = load(golden_path(script)), load(golden_path(script, str(tmp_path)))
    assert ours["variables"].tolist() == golden["variables"].tolist()
    assert int(ours["calls"]) == int(golden["calls"])
    assert ours["labels"].tolist() == golden["labels"].tolist()
    for (label, expected), (_, value) in zip(calls_of(golden), calls_of(ours), strict=True):
        np.testing.assert_allclose(value, expected, rtol=RTOL, atol=ATOL, err_msg=f"call {label}")
    assert NUMBER.sub("#", str(ours["printed"])) == NUMBER.sub("#", str(golden["printed"]))
