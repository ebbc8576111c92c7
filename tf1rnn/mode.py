"""Puts the process into TF1 mode: graphs and sessions, reference variables, no TF2 behaviour."""

from __future__ import annotations

import logging
import os

# TensorFlow's C++ side prints start-up notices that a TF1 user never saw; warnings and errors stay.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "1")

import tensorflow.compat.v1 as v1  # noqa: E402

from tf1rnn import op_numbers  # noqa: E402


def enter() -> None:
    """Switches TF2 behaviour off, as TensorFlow 1.15 starts. Safe to call again."""
    logger = v1.get_logger()
    level = logger.level
    # disable_v2_behavior() itself warns that reference variables are deprecated: the user did not ask for
    # that.
    logger.setLevel(logging.ERROR)
    try:
        v1.disable_v2_behavior()
    finally:
        logger.setLevel(level)
    op_numbers.take_over()
