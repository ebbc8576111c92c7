# mypy: ignore-errors
"""For FileWriter.add_summary."""

import tensorflow as tf


def write_summaries(writer, values, step, kinds=None):
    """Write the values for TensorBoard, by name: as scalars, or as `kinds` says."""
    with writer.as_default(step=step or 0):
        for name, value in values.items():
            write = (kinds or {}).get(name, tf.summary.scalar)
            write(name, value)
