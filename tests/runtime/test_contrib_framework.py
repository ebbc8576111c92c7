"""tf.contrib.framework: warnings of deprecated functions, and checks that fail only in a session."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import numpy as np
import pytest
from tensorflow1 import tf


class Heard(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


@pytest.fixture
def heard() -> Iterator[Heard]:
    handler = Heard()
    logger = logging.getLogger("tensorflow")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.WARNING)
    yield handler
    logger.removeHandler(handler)
    logger.setLevel(level)


def test_deprecated_functions_warn_once(heard: Heard) -> None:
    framework = tf.contrib.framework

    @framework.deprecated("2020-01-01", "Use another.")
    def once() -> int:
        return 1

    @framework.deprecated(None, "Use another.", warn_once=False)
    def always() -> int:
        return 2

    assert [once(), once(), always(), always()] == [1, 1, 2, 2]
    assert len(heard.texts) == 3
    assert "after 2020-01-01" in heard.texts[0] and "Use another." in heard.texts[0]
    assert "in a future version" in heard.texts[1]
    assert "(deprecated)" in once.__doc__


def test_deprecated_arguments_warn_when_they_are_given(heard: Heard) -> None:
    framework = tf.contrib.framework

    @framework.deprecated_args(None, "Leave it.", "b", ("c", None))
    def names(a: int, b: int = 1, c: object = None) -> None: ...

    @framework.deprecated_arg_values(None, "Leave it.", b=3)
    def values(a: int, b: int = 1) -> None: ...

    for call in (lambda: names(1), lambda: names(1, c=None), lambda: values(1), lambda: values(1, 2)):
        call()
    assert heard.texts == []
    for call in (lambda: names(1, 2), lambda: names(1, b=3), lambda: names(1, c=4), lambda: values(1, b=3)):
        call()
    assert len(heard.texts) == 3


def test_a_shape_that_only_the_session_knows_is_checked_there() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32)
        checked = tf.contrib.framework.with_shape([2, 3], x)
        assert session.run(checked, {x: np.ones([2, 3])}).shape == (2, 3)
        for wrong in (np.ones([3, 2]), np.ones([2]), np.ones([1, 2, 3])):
            with pytest.raises(tf.errors.InvalidArgumentError, match="Wrong shape"):
                session.run(checked, {x: wrong})
