"""From a stack to a run site, and from a plan to wrapped expressions."""

from __future__ import annotations

import ast
import re
import sys
import textwrap

import pytest
from hand_plan import plan, span

from migrate.plan import RunSite, Span
from migrate.verify.instrument import SpanMismatch, instrument, located
from migrate.verify.relocation import relocate
from migrate.verify.sites import SiteFinder

SOURCE = textwrap.dedent(
    """
    def again(x):
        return run("é", x)
    a, b = run(1), run(2)
    c = run(run(3) or
            run(4))
    d = ["ü" for _ in [0]], [run(i) for i in range(2)]
    e = again(5)
    other(6)
    f = (lambda: run(7))()
    """
)
TEXTS = ['run("é", x)', "run(1)", "run(2)", "run(run(3) or\n        run(4))", "run(3)", "run(4)", "run(i)"]


def found_sites(tmp_path, monkeypatch, lines_only):
    path = tmp_path / "legacy.py"
    path.write_text(SOURCE, encoding="utf-8")
    sites = [RunSite(i, span(SOURCE, text), Span(1, 0, 1, 1), None) for i, text in enumerate(TEXTS)]
    finder = SiteFinder(sites, {str(path.resolve()): SOURCE}, str(path.resolve()))
    if lines_only:
        monkeypatch.setattr(finder, "_position", lambda frame, lines: None)
    seen = []

    def run(*args):
        site = finder.find(sys._getframe(1))
        seen.append((args[-1], None if site is None else site[0].index))

    exec(compile(SOURCE, str(path), "exec"), {"run": run, "other": run})
    return seen


NESTED = [(1, 1), (2, 2), (3, 4), (4, 5), (None, 3), (0, 6), (1, 6), (5, 0), (6, None), (7, None)]


def test_sites_by_position(tmp_path, monkeypatch):
    seen = found_sites(tmp_path, monkeypatch, lines_only=False)
    if sys.version_info >= (3, 11):  # before, there are no positions of instructions
        assert seen == NESTED
    else:
        assert seen == found_sites(tmp_path, monkeypatch, lines_only=True)


def test_sites_by_line(tmp_path, monkeypatch):
    """Python 3.10: two sites on a line are told apart by the order of their first execution."""
    seen = found_sites(tmp_path, monkeypatch, lines_only=True)
    assert [pair for pair in seen if pair[0] in (1, 2, 5, 6)] == [(1, 1), (2, 2), (1, 6), (5, 0), (6, None)]


class Log:
    """Stands for the proof: notes what is called, changes nothing."""

    def __init__(self):
        self.events = []

    def begin(self, site):
        self.events.append(f"begin {site}")

    def invoke(self, site, function, /, *args, **kwargs):
        self.events.append(f"invoke {site} {args} {kwargs}")
        return function(*args, **kwargs)

    def value(self, site, begun, result):
        self.events.append(f"value {site} {result}")
        return result


def run_wrapped(source, sites):
    source = textwrap.dedent(source)
    made = plan(source, source, [(text, text, function, {}) for text, function in sites])
    log = Log()
    names = {"__proof__": log}
    exec(compile(instrument(source, "new.py", made.sites), "new.py", "exec"), names)
    return log.events, names


def test_wrapped_calls_keep_their_values_and_scope():
    events, names = run_wrapped(
        """
        def f(x, *, k=0):
            return {"r": x + k}
        def main():
            ü, a = "ä", f(1, k=2)["r"]
            rest = [f(i)["r"] for i in range(2)]
            return a, (b := f(f(5)["r"] + 1))["r"], b, rest
        result = (main())
        """,
        [
            ('f(1, k=2)["r"]', "f"),
            ('f(i)["r"]', "f"),
            ('f(f(5)["r"] + 1)', "f"),
            ("f(5)", "f"),
            ("(main())", None),
        ],
    )
    assert names["result"] == (3, 6, {"r": 6}, [0, 1])
    assert events[:3] == ["begin 4", "begin 0", "invoke 0 (1,) {'k': 2}"]
    assert events[-7:] == [
        "begin 2", "begin 3", "invoke 3 (5,) {}", "value 3 {'r': 5}", "invoke 2 (6,) {}", "value 2 {'r': 6}",
        "value 4 (3, 6, {'r': 6}, [0, 1])",
    ]  # fmt: skip


def test_methods_keep_their_object_and_lines_stay():
    events, names = run_wrapped(
        """
        class M:
            def predict(self, x): return self, x
        m = M()
        r = m.predict(
            x=1
        )
        import sys; line = sys._getframe().f_lineno
        """,
        [("m.predict(\n    x=1\n)", "predict")],
    )
    assert names["r"] == (names["m"], 1) and names["line"] == 8
    assert events[1] == "invoke 0 () {'x': 1}"


def test_a_plan_that_does_not_fit_the_text():
    site = RunSite(0, Span(1, 0, 1, 1), Span(1, 4, 1, 9), None)
    with pytest.raises(SpanMismatch, match="line 1 has no expression"):
        instrument("a = (b + c)\n", "new.py", [site])
    site = RunSite(0, Span(1, 0, 1, 1), Span(1, 4, 1, 7), "g")
    with pytest.raises(SpanMismatch, match="does not call g"):
        instrument("a = f()\n", "new.py", [site])


def test_nothing_changes_without_sites():
    source = "from __future__ import annotations\nx = [i for i in range(3)]\n"
    assert ast.dump(instrument(source, "new.py", [])) == ast.dump(ast.parse(source))


WRITTEN = """
def run(x):
    return x
def main():
    a = run(1).numpy()
    b = run(2).numpy()
    for i in range(3): c, d = run(i).numpy(), e + 1
    return c
"""
WRITTEN_SITES = [("run(1).numpy()", "run"), ("run(2).numpy()", "run"), ("run(i).numpy()", "run"), ("e + 1", None)]


def relocated(new):
    sites = [(text, text, function, {}) for text, function in WRITTEN_SITES]
    found = relocate(plan(WRITTEN, WRITTEN, sites), new)
    nodes = located(ast.parse(new), new, found.sites)
    assert found.source == new.replace("\r\n", "\n")
    return [(nodes[site.index].lineno, ast.unparse(nodes[site.index])) for site in found.sites]


def test_the_plan_of_a_file_that_was_formatted_or_commented():
    assert relocated(WRITTEN) == [(5, "run(1).numpy()"), (6, "run(2).numpy()"), (7, "run(i).numpy()"), (7, "e + 1")]
    new = "# a comment\n" + WRITTEN.replace("    for i in range(3): c, d = ", "    for i in range(3):\n        c, d = ")
    new = new.replace("run(1)", "run(\n        1,\n    )")
    new = new.replace("    return c", "    print(run(5).shape)\n    return c")
    assert [line for line, _ in relocated(new)] == [6, 9, 11, 11]


def test_the_plan_of_a_file_whose_arguments_were_edited():
    new = WRITTEN.replace("run(2)", "run(x=4 - 2)").replace("run(i)", "run(i + 0)")
    assert [text for _, text in relocated(new)] == [
        "run(1).numpy()", "run(x=4 - 2).numpy()", "run(i + 0).numpy()", "e + 1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "missing"),
    [
        ("run(2).numpy()", "2", "run(2).numpy()"),
        ("e + 1", "e - 1", "e + 1"),
        ("run(2)", "infer(2)", "run(2)"),
        ("b = run(2)", "b = run(7).numpy(); z = run(2)", ""),
        ("def main", "def other", "run(1)"),
        ("b = run(2).numpy()", "b = (", "does not parse: line 6"),
    ],
)
def test_a_file_without_the_run_sites_of_the_plan(old, new, missing):
    changed = WRITTEN.replace(old, new)
    if not missing:  # one call more, and which is which still shows
        assert [line for line, _ in relocated(changed)] == [5, 6, 7, 7]
        return
    with pytest.raises(ValueError, match=re.escape(missing)):
        relocated(changed)
