"""However the two programs end, there is one clear verdict; whatever they do, the proof does not hang."""

from __future__ import annotations

import textwrap

import pytest
from hand_plan import verify

from migrate.migration import migrate_source
from migrate.plan import Migrated, Owner
from migrate.verify import assert_same_outputs, format_verification, verify_program

LEGACY = """
    import numpy as np
    import tensorflow as tf

    x = tf.placeholder(tf.float32, [None, 3])
    w = tf.Variable(tf.random_normal([3, 2]))
    y = tf.matmul(x, w)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        print(sess.run(y, {x: np.ones([4, 3])}))
    """

MIGRATED = """
    import numpy as np
    import tensorflow as tf

    w = tf.Variable(tf.random.normal([3, 2]))

    @tf.function(input_signature=[tf.TensorSpec([None, 3])])
    def compute_y(x):
        return tf.matmul(x, w)

    print(compute_y(np.ones([4, 3])).numpy())
    """

SITES = [
    ("sess.run(y, {x: np.ones([4, 3])})", "compute_y(np.ones([4, 3])).numpy()", "compute_y", {"x": "x"})
]


def prove(folder, legacy=LEGACY, migrated=MIGRATED, **options):
    result = verify(folder, legacy, migrated, SITES, [Owner("w", "variable")], **options)
    print(format_verification(result))
    return result


def test_an_import_that_fails(tmp_path):
    result = prove(tmp_path, migrated=MIGRATED.replace("import numpy", "import no_such_library\n    import numpy"))
    assert result.status == "failed"
    assert result.error.splitlines() == [
        "the migrated program failed:",
        f'File "{tmp_path / "legacy.py"}" (migrated), line 2, in <module>',
        "    import no_such_library",
        "ModuleNotFoundError: No module named 'no_such_library'",
    ]


@pytest.mark.parametrize(
    ("right", "wrong", "line", "message"),
    [
        ("tf.matmul(x, w)", "tf.matmul(x, tf.transpose(w))", 9, "Dimensions must be equal"),
        ("tf.matmul(x, w)", "tf.matmul(x, w)[number]", 9, "name 'number' is not defined"),
        ("return tf.matmul(x, w)", "tf.debugging.assert_less(x, 0.5, 'not here')", 9, "not here"),
        ("return tf.matmul(x, w)", "pass", 11, "'NoneType' object has no attribute 'numpy'"),
    ],
)
def test_an_exception_in_a_migrated_function(tmp_path, right, wrong, line, message):
    result = prove(tmp_path, migrated=MIGRATED.replace(right, wrong))
    assert result.status == "failed"
    assert f'File "{tmp_path / "legacy.py"}" (migrated), line {line}' in result.error
    assert message in result.error


HALF_BUILT = """
    import numpy as np
    import tensorflow as tf

    w = tf.Variable(tf.random.normal([3, 2]))
    tables = []

    @tf.function(input_signature=[tf.TensorSpec([None, 3])])
    def compute_y(x):
        if not tables:
            tables.append(None)
            return tf.matmul(x, missing)
        return tf.matmul(x, tables[0].values)

    print(compute_y(np.ones([4, 3])).numpy())
    """


def test_the_first_of_two_errors_is_shown(tmp_path):
    """What the failed trace has left behind makes the call fail too, but that is not what is wrong."""
    result = prove(tmp_path, migrated=HALF_BUILT)
    assert result.status == "failed"
    assert "name 'missing' is not defined" in result.error and "NoneType" not in result.error


def test_no_run_site_within_the_time_limit(tmp_path):
    result = prove(tmp_path, LEGACY.replace("with tf", "while True: pass\n    with tf"), timeout=4)
    assert result.status == "failed"
    assert result.error == "the legacy program reached no run site within the time limit"


def test_a_program_that_exits(tmp_path):
    leave = "\n    import sys; sys.exit({})\n    raise ValueError\n"
    result = prove(tmp_path, LEGACY.rstrip() + leave.format(0), MIGRATED.rstrip() + leave.format("None"))
    assert result.status == "equal" and result.notes == ()
    result = prove(tmp_path, LEGACY.rstrip() + leave.format(3), MIGRATED.rstrip() + leave.format(3))
    assert result.status == "equal"
    assert result.notes == (
        "the legacy program ended with exit status 3",
        "the migrated program ended with exit status 3",
    )


def test_a_program_that_asks_its_user(tmp_path):
    result = prove(tmp_path, LEGACY.replace("x = tf", "name = input('Name? ')\n    x = tf"))
    assert result.status == "failed"
    assert "EOFError" in result.error and "may read its standard input" in result.error
    assert f'File "{tmp_path / "legacy.py"}", line 5' in result.error


def test_a_program_that_opens_windows(tmp_path):
    head = "\n    import matplotlib\n    matplotlib.use('TkAgg')\n    import matplotlib.pyplot as plt"
    tail = "\n    plt.ion()\n    plt.plot([1, 2])\n    plt.pause(0.01)\n    plt.show(block=True)\n"
    result = prove(tmp_path, head + LEGACY.rstrip() + tail, head + MIGRATED.rstrip() + tail)
    assert result.status == "equal"


BYTES = """\
# -*- coding: latin-1 -*-
import numpy as np
import tensorflow as tf

größe = 3  # die Größe
x = tf.placeholder(tf.float32, [None, größe])
w = tf.Variable(tf.random_normal([größe, 2]))
y = tf.matmul(x, w)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print("größer", sess.run(y, {x: np.ones([4, größe])}), "é", sess.run(tf.constant("ü")))
"""


def test_other_encodings_and_line_ends(tmp_path):
    """Byte for byte as they are on the disk, the migrated file too."""
    script, new = tmp_path / "größe.py", tmp_path / "neu.py"
    for end, encoding in [("\r\n", "latin-1"), ("\n", "utf-8-sig")]:
        text = BYTES if encoding == "latin-1" else BYTES.replace(BYTES.splitlines()[0], "#")
        script.write_bytes(text.replace("\n", end).encode(encoding))
        outcome = migrate_source(text)
        assert isinstance(outcome, Migrated)
        new.write_bytes(outcome.source.replace("\n", end).encode(encoding))
        assert [row.calls for row in assert_same_outputs(script, new).rows] == [1, 1]


def test_a_file_that_is_no_text(tmp_path):
    script = tmp_path / "broken.py"
    script.write_bytes("größe = 1\n".encode("latin-1"))
    outcome = migrate_source(textwrap.dedent(LEGACY))
    assert isinstance(outcome, Migrated)
    with pytest.raises(ValueError, match="broken.py:1: invalid or missing encoding"):
        verify_program(script, None, outcome)
    with pytest.raises(ValueError, match="broken.py:1: invalid or missing encoding"):
        assert_same_outputs(script)
