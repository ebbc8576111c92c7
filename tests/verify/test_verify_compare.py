"""Values held against each other, feeds held against arguments, the table, working copies."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import migrate
from migrate.plan import Migrated, RunSite, Span
from migrate.verify import ParameterRow, SiteRow, Verification, format_verification, workspace
from migrate.verify.arguments import with_legacy_feeds
from migrate.verify.compare import compare_runs, horizon
from migrate.verify.distance import Distance, Tolerance
from migrate.verify.records import Call, Generation, Job, Recording, Sample, Step, Trial, leaves
from migrate.weights import LegacyVariable


def distance(legacy, migrated):
    one = Distance()
    one.add(np.asarray(legacy), np.asarray(migrated), Tolerance(1e-3, 1e-4), "here")
    return one


@pytest.mark.parametrize(
    "legacy, migrated, reason",
    [
        ([1.0, 2.0], [1.0, 2.001], ""),
        ([1.0, 2.0], [1.0, 2.01], "here: off by 0.01, 2.01 instead of 2"),
        (np.float32(1), np.float64(1), ""),
        (1.0, 1, "here: int64 instead of float64"),
        (True, 1, "here: int64 instead of bool"),
        (np.int64(3), np.int32(3), ""),
        (1000, 1001, "here: 1001 instead of 1000"),
        ([True, False], [True, True], "here: [ True  True] instead of [ True False]"),
        ([1.0], [[1.0]], "here: shape (1, 1) instead of (1,)"),
        ([np.nan, np.inf], [np.nan, np.inf], ""),
        ([np.nan, 1.0], [0.0, 1.0], "here: not finite in the same places"),
        ([1.0, 1.0], [np.inf, 1.0], "here: not finite in the same places"),
        (b"a", "b", "here: 'b' instead of b'a'"),
        ("a", "a", ""),
        (np.zeros((0, 3)), np.zeros((0, 3)), ""),
        (1 + 2j, 1 + 2.1j, "here: off by 0.1, 1+2.1j instead of 1+2j"),
    ],
)
def test_what_counts_as_equal(legacy, migrated, reason):
    assert distance(legacy, migrated).reason == reason


def test_sizes_of_differences():
    one = distance([0.0, -100.0], [0.5, -101.0])
    assert one.max_abs == 1.0 and one.max_rel == 0.01
    assert distance([0.0], [1e-5]).max_rel == float("inf")


def test_leaves_in_nesting_order():
    assert leaves({"b": [1, None, (2, {"a": 3})], "a": 4}) == [1, 2, 3, 4]


SITES = (
    RunSite(0, Span(3, 0, 3, 9), Span(5, 0, 5, 9), "step"),
    RunSite(1, Span(4, 0, 4, 9), Span(6, 0, 6, 9), None),
)


def runs(new, end="finished", final=2.0, old=(1.0, 2.0)):
    recording = Recording(
        calls={place: Call(0, 0, {}, set(), [np.array(value)]) for place, value in enumerate(old)},
        order=[(0, 0)] * len(old),
        generations=[Generation([], {"w": np.array(old[-1]), "unused": np.array(0)})],
        end="finished",
    )
    steps = {place: Step(0, [np.array(value) for value in values]) for place, values in enumerate(new)}
    return recording, Trial(steps=steps, final={0: {"w": np.array(final)}}, end=end)


def test_rows_and_parameters():
    comparison = compare_runs(Migrated("", SITES), *runs([[1.0], [2.0]]), Tolerance(1e-3, 1e-4))
    assert comparison.rows[0] == SiteRow(3, "step", 2, 0.0, 0.0, True)
    assert comparison.rows[1].calls == 0 and "line 4: not reached" in comparison.notes[0]
    assert comparison.parameters == ParameterRow(1, 0.0, 0.0, True)
    comparison = compare_runs(Migrated("", SITES), *runs([[1.0], [2.0]], final=3.0), Tolerance(1e-3, 1e-4))
    assert comparison.parameters is not None and comparison.parameters.reason == "w: off by 1, 3 instead of 2"
    comparison = compare_runs(Migrated("", SITES), *runs([[1.0]], end="time"), Tolerance(1e-3, 1e-4))
    assert comparison.parameters is None
    comparison = compare_runs(Migrated("", SITES), *runs([[1.0], []]), Tolerance(1e-3, 1e-4))
    assert comparison.rows[0].reason == "call 2: 0 values instead of 1"


def test_where_rounding_begins_to_show():
    """From the first call at which a legacy run with shaken weights is off by a twentieth of the tolerance."""
    tolerance, (recording, _) = Tolerance(1e-3, 1e-4), runs([])
    assert horizon(recording, recording, tolerance) is None
    assert horizon(recording, runs([], old=(1.00001, 2.0))[0], tolerance) is None
    assert horizon(recording, runs([], old=(1.0001, 2.0))[0], tolerance) == 0
    assert horizon(recording, runs([], old=(1.0, 2.001))[0], tolerance) == 1
    other = runs([])[0]
    other.generations[0].final["w"] = np.array(2.001)
    assert horizon(recording, other, tolerance) == 2
    other.order[1] = (1, 0)
    assert horizon(recording, other, tolerance) == 1
    # In a state, what is little for a large element is much for a small one, which it reaches in the next call.
    state, moved = (runs([], old=([large, -0.4], [large, -0.4]))[0] for large in (45.0, 45.001))
    assert horizon(state, state, tolerance) is None
    assert horizon(state, moved, tolerance) == 0


BEFORE = np.array([1.0, 1.0, 1.0], "float32")


def one_step(change, samples=(), other=(0.1, 1e-6, 0.0)):
    """A call that changes w by `other` in the legacy program and by `change` in the migrated one."""
    after, migrated = BEFORE + np.array(other, "float32"), BEFORE + np.array(change, "float32")
    call = Call(0, 0, {}, set(), [], [LegacyVariable("w", True, BEFORE)], {"w": after})
    call.samples = [Sample([], {"w": np.array(one)}) for one in samples]
    recording = Recording({0: call}, [(0, 0)], [Generation(call.before)], "finished")
    trial = Trial({0: Step(0, [], after={"w": migrated})}, end="finished")
    return compare_runs(Migrated("", SITES), recording, trial, Tolerance(1e-3, 1e-4))


def test_what_one_call_changed():
    """Relative to the largest change, not to the weights: an update is small beside them."""
    assert one_step((0.10005, 5e-5, 0.0)).equal
    comparison = one_step((0.1002, 0.0, 0.0))
    assert not comparison.equal and comparison.apart == 0
    assert "call 1: w changes otherwise, off by 0.0002, where the largest is 0.1" in comparison.rows[0].reason
    assert comparison.parameters is not None and comparison.parameters.name == "parameter changes"
    assert not one_step((2e-5, 0.0, 0.0), other=(3e-5, 0.0, 0.0)).equal
    assert not one_step((np.nan, 0.0, 0.0)).equal


def test_what_rounding_does_to_one_call():
    """The second element is one that rounding may push anywhere, the others are not."""
    samples = [(0.1, 0.002, 0.0), (0.1, -0.001, 0.0)]
    assert one_step((0.1, 0.01, 0.0), samples).equal
    assert not one_step((0.1, 0.1, 0.0), samples).equal
    assert not one_step((0.1002, 0.01, 0.0), samples).equal


def test_parameters_that_hardly_move_are_looked_at_more_closely():
    recording, trial = runs([[1.0], [2.0]])
    start = np.full(3, 0.5, "float32")
    recording.generations[0] = Generation([LegacyVariable("w", True, start)], {"w": start + np.float32(5e-5)})
    for change, doubtful in [(5e-5, False), (4e-5, True), (0.0, True)]:
        trial.final = {0: {"w": start + np.float32(change)}}
        comparison = compare_runs(Migrated("", SITES), recording, trial, Tolerance(1e-3, 1e-4))
        assert comparison.equal and comparison.doubtful is doubtful


def job():
    return Job("s", (), Migrated(""), 1, 1.0, 1.0, 0, 1e-3, 1e-4, "out")


def called(function, args, kwargs, feeds, fed_back=()):
    step = Step(0, [])
    call = Call(0, 0, feeds, set(fed_back), [])
    args, kwargs = with_legacy_feeds(function, args, kwargs, call, job(), step)
    return function(*args, **kwargs), step


def test_arguments_that_equal_the_feeds_stay():
    own = [[1.0, 2.0], [3.0, 4.0]]
    feeds = {"x": np.array(own, "float32"), "z": np.array(1)}
    result, step = called(lambda x, keep=1.0: (x, keep), (own,), {}, feeds)
    assert result[0] is own and result[1] == 1.0 and step == Step(0, [])


def test_other_arguments_are_replaced_in_their_own_form():
    x, k = np.array([1.0, 2.0], "float32"), np.array(0.5, "float32")
    feeds = {"x": x, "state": (np.zeros(2), np.ones(2)), "k": k}
    result, step = called(
        lambda x, state, k=1.0: (x, state, k), (np.zeros(2),), {"state": [np.zeros(2), np.zeros(2)]}, feeds
    )
    assert result[0].dtype == np.float64 and result[0].tolist() == [1.0, 2.0]
    assert isinstance(result[1], list) and result[1][1].tolist() == [1.0, 1.0]
    assert type(result[2]) is float and result[2] == 0.5
    assert list(step.substituted) == ["x", "state", "k"]
    result, step = called(lambda x: x, ([1, 2, 3],), {}, {"x": np.array([4, 5])})
    assert result.tolist() == [4, 5] and list(step.substituted) == ["x"]


def test_earlier_results_are_never_replaced():
    result, step = called(lambda s: s, (np.zeros(2),), {}, {"s": np.array([0.0, 2.0])}, ["s"])
    assert result.tolist() == [0.0, 0.0] and step.astray == {"s": 2.0} and not step.substituted
    result, step = called(lambda s: s, (np.array([0.0, 2.001]),), {}, {"s": np.array([0.0, 2.0])}, ["s"])
    assert step == Step(0, [])


def test_functions_without_the_names_are_left_alone():
    result, step = called(lambda *args: args, (1, 2), {}, {"x": np.array(3)})
    assert result == (1, 2) and step == Step(0, [])


def test_the_table():
    rows = (
        SiteRow(7, "train_step", 25, 1.2e-6, 3e-7, True),
        SiteRow(12, "predict", 1, 0.5, 0.25, False, "call 26: off by 0.5"),
        SiteRow(130, "(expression)", 0, 0.0, 0.0, True),
    )
    verification = Verification("different", rows, ParameterRow(4, 0.0, 0.0, True), ("a note",), "an error")
    assert format_verification(verification).splitlines() == [
        "line  call              calls  max abs  max rel",
        "   7  train_step           25  1.2e-06  3.0e-07  equal",
        "  12  predict               1  5.0e-01  2.5e-01  DIFFERENT",
        " 130  (expression)          -        -        -  not reached",
        "      final parameters      4  0.0e+00  0.0e+00  equal",
        "line 12: call 26: off by 0.5",
        "note: a note",
        "an error",
        "proof: different",
    ]


def test_what_equal_stands_for():
    rows = (SiteRow(7, "step", 25, 0.0, 0.0, True), SiteRow(9, "predict", 0, 0.0, 0.0, True))
    for some, text in [(rows, "25 calls of 1 of 2 run sites"), (rows[:1], "25 calls of the run site")]:
        last = format_verification(Verification("equal", some)).splitlines()[-1]
        assert last == f"proof: equal values in {text}"


def test_calls_compared_from_weights_of_their_own_are_named():
    recording, trial = runs([[1.0], [2.0], [3.0], [4.0]], old=(1.0, 2.0, 3.0, 4.0), final=4.0)
    for call in recording.calls.values():
        call.before = []
    comparison = compare_runs(Migrated("", SITES), recording, trial, Tolerance(1e-3, 1e-4))
    assert comparison.notes[0] == (
        "line 3: calls 1, 2, 3 and 1 more compared from the legacy run's weights and inputs of that moment"
    )


def test_working_copies(tmp_path, monkeypatch):
    folder, outside = tmp_path / "program", tmp_path / "outside"
    for path in (folder / "sub", folder / ".git", outside):
        path.mkdir(parents=True)
        (path / "file.txt").write_text("x" * 10)
    (folder / "link.txt").symlink_to(outside / "file.txt")
    (folder / "data").symlink_to(outside)
    (folder / "nowhere").symlink_to(tmp_path / "missing")
    (folder / "sub" / "file.txt").chmod(0o444)
    assert workspace.copyable(folder)
    workspace.copy(folder, tmp_path / "copy")
    copied = sorted(path.name for path in (tmp_path / "copy").iterdir())
    assert copied == ["data", "link.txt", "sub"]
    (tmp_path / "copy" / "sub" / "file.txt").write_text("changed")
    (tmp_path / "copy" / "link.txt").write_text("changed")
    assert (outside / "file.txt").read_text() == "x" * 10
    monkeypatch.setattr(workspace, "MOST_BYTES", 15)
    assert not workspace.copyable(folder)


def test_importing_the_proof_imports_no_tensorflow():
    code = "import sys, migrate.verify; sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    root = Path(migrate.__file__).parents[1]
    assert subprocess.run([sys.executable, "-c", code], cwd=root).returncode == 0
