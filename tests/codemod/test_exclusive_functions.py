"""Functions of which one run of the program calls only one, each with a session of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from numeric_programs import ADAM, GRU, LOSS, START, prove, refusal

FUNCTIONS = """\


def epoch(session):
    return session.run([loss, train], {X: xs, Y: ys})


def fit():
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    for i in range(3):
        print(epoch(session)[0])


def test():
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    print(session.run(pred, {X: xs}))


"""
CHOICE = """\
import sys
if __name__ == '__main__':
    if len(sys.argv) < 2:
        fit()
    else:
        test()
"""
MAIN = """\
def main(mode):
    if mode == 'fit':
        fit()
    else:
        test()


if __name__ == '__main__':
    main('fit')
"""


def text(ending: str) -> str:
    return START + GRU + LOSS + ADAM + FUNCTIONS + ending


@pytest.mark.parametrize("ending", [CHOICE, MAIN])
def test_either_one_or_the_other(ending: str, tmp_path: Path):
    prove(text(ending), tmp_path)


@pytest.mark.parametrize("ending", [
    CHOICE.replace("    else:", "    if len(sys.argv) < 3:"),
    "fit()\ntest()\n",
    MAIN + "    main('test')\n",
    "for mode in ('fit', 'test'):\n    if mode == 'fit':\n        fit()\n    else:\n        test()\n",
])
def test_one_after_the_other_is_refused(ending: str):
    assert refusal(text(ending)).code == "initialised-again"
