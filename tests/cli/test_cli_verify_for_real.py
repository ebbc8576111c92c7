"""--verify through the command line with the real proof: a right migration is written, a wrong one is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_samples import contents

from migrate.cli import main
from migrate.plan import Migrated, Parameter, RunSite, Span

LEGACY = """\
import tensorflow as tf

x = tf.placeholder(tf.float32, [None])
y = tf.reduce_sum(x * 2.0)
with tf.Session() as sess:
    print(sess.run(y, {x: open("numbers.txt").read().split()}))
"""

MIGRATED = """\
import tensorflow as tf

@tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
def total(x):
    return tf.reduce_sum(x * FACTOR)

print(total([float(number) for number in open("numbers.txt").read().split()]))
"""


@pytest.mark.parametrize(("factor", "status"), [("2.0", 0), ("2.5", 1)])
def test_verify(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    factor: str,
    status: int,
) -> None:
    migrated = MIGRATED.replace("FACTOR", factor)
    call = 'total([float(number) for number in open("numbers.txt").read().split()])'
    site = RunSite(
        index=0,
        legacy=Span(6, 10, 6, len(LEGACY.split("\n")[5]) - 1),
        migrated=Span(7, 6, 7, 6 + len(call)),
        function="total",
        parameters=(Parameter("x", "x"),),
    )
    monkeypatch.setattr("migrate.migration.migrate_source", lambda *_: Migrated(migrated, (site,)))
    (tmp_path / "numbers.txt").write_text("1 2 3.5")
    (tmp_path / "sum.py").write_text(LEGACY)
    assert main([str(tmp_path / "sum.py"), "--verify", "--timeout", "100"]) == status
    out = capsys.readouterr().out
    assert ("proof: equal values" in out) is (status == 0)
    assert ("[not-equal]" in out) is (status == 1)
    assert contents(tmp_path)["sum.py"].decode() == (LEGACY if status else migrated)
    assert sorted(contents(tmp_path)) == ["numbers.txt", "sum.py"]
