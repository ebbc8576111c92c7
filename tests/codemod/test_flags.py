"""tf.flags become absl's flags, read where TensorFlow 1 read them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from codemod_programs import GRAPH, HEAD, SESSION, migrated, program

DEFINED = """\
flags = tf.app.flags
flags.DEFINE_integer('units', 4, 'size of the state')
flags.DEFINE_string(flag_name='folder', default_value='logs', docstring='where')
FLAGS = flags.FLAGS
"""
UNITS = GRAPH.replace("BasicLSTMCell(4)", "BasicLSTMCell(FLAGS.units)").replace("[4, 2]", "[FLAGS.units, 2]")
RUN = SESSION + "print(sess.run([loss, train], {x: xs, y: ys})[0])\n"


def in_main(*parts: str) -> str:
    body = "".join("    " + line + "\n" for line in program(*parts).splitlines())
    return "\n\ndef main(_):\n" + body + "\n\nif __name__ == '__main__':\n    tf.app.run()\n"


def test_flags_are_absls_and_app_run_reads_them() -> None:
    text = migrated(program(HEAD, DEFINED) + in_main(UNITS, RUN))
    assert "from absl import app\nfrom absl import flags\n" in text
    assert "flags.DEFINE_integer('units', 4, 'size of the state')" in text
    assert "flags.DEFINE_string(name='folder', default='logs', help='where')" in text
    assert "FLAGS = flags.FLAGS\n" in text and "    app.run(main)\n" in text
    assert "sys.argv" not in text


def test_flags_that_the_module_reads_are_parsed_after_the_last_definition() -> None:
    text = migrated(program(HEAD, DEFINED, UNITS, RUN))
    assert "help='where')\nflags.FLAGS(sys.argv, known_only=True)\nFLAGS = flags.FLAGS\n" in text
    assert "import sys\n" in text


def test_flags_read_in_a_function_without_app_run() -> None:
    main = in_main(UNITS, RUN).replace("main(_)", "main()").replace("tf.app.run()", "main()")
    assert "flags.FLAGS(sys.argv, known_only=True)" in migrated(program(HEAD, DEFINED) + main)


def test_what_flags_were_before_tensorflow_1_5() -> None:
    old = "FLAGS._parse_flags()\nfor key, value in sorted(FLAGS.__flags.items()):\n    print(key, value)\n"
    text = migrated(program(HEAD, DEFINED, old, UNITS, RUN))
    assert text.count("FLAGS(sys.argv, known_only=True)") == 1
    assert "{flag.name: flag.value for flag in FLAGS.get_flags_for_module(sys.argv[0])}.items()" in text


def test_a_program_with_its_own_name_flags() -> None:
    direct = DEFINED.replace("flags = tf.app.flags", "").replace("flags.", "tf.flags.")
    text = migrated(program(HEAD, direct, UNITS, RUN))
    assert "\nflags.DEFINE_integer" in text
    own = program(HEAD, "flags = tf.flags.FLAGS\ntf.flags.DEFINE_integer('units', 4, '')\n", UNITS, RUN)
    text = migrated(own.replace("FLAGS.units", "flags.units"))
    assert "from absl import flags as absl_flags\n" in text and "flags = absl_flags.FLAGS\n" in text


def test_a_flag_that_absl_has_too() -> None:
    text = migrated(program(HEAD, DEFINED.replace("folder", "log_dir"), UNITS, RUN))
    assert "help='where', allow_override=True)" in text


@pytest.mark.parametrize("argument", ["--units=3", "--units=3 --other=1"])
def test_arguments_of_the_command_line(tmp_path: Path, argument: str) -> None:
    shown = "print(FLAGS.units, FLAGS.folder)\n"
    plain = "import tensorflow as tf\n" + DEFINED + shown + "x = tf.placeholder(tf.float32)\n"
    text = migrated(plain).replace("import tensorflow as tf\n", "")
    (tmp_path / "program.py").write_text(text.replace("x_spec = tf.TensorSpec(None, tf.float32)\n", ""))
    command = [sys.executable, "program.py", *argument.split()]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "3 logs\n"
