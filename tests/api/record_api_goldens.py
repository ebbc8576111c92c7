"""Record what TensorFlow 1.15.5 gives for the sample calls; run it in the environment of 1.15.5."""

import os
import sys

import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from api_calls import CALLS  # noqa: E402
from api_drawn_calls import ARGUMENTS, GRADIENTS, RANDOM  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))


def main():
    import tensorflow as tf

    tf.logging.set_verbosity(tf.logging.ERROR)
    recorded = {}
    failed = []

    def record(kind, calls, values):
        recorded[kind + ".calls"] = np.array(calls)
        for number, text in enumerate(calls):
            with tf.Graph().as_default(), tf.Session() as session:
                tf.set_random_seed(1)
                names = {name: tf.constant(value) for name, value in ARGUMENTS.items()}
                try:
                    result = eval(text, {"tf": tf, **names})
                    found = session.run(values(tf, result, names))
                except Exception as error:  # a sample call that is wrong: list them all
                    failed.append(f"{text}: {str(error)[:200]}")
                    continue
                for part, value in enumerate(found):
                    recorded[f"{kind}.{number:03d}.{part}"] = plain(value)

    record("value", CALLS, lambda tf, result, names: flat(tf, result))
    record("gradient", GRADIENTS, lambda tf, result, names: [
        tf.reduce_sum(result), tf.convert_to_tensor(tf.gradients(result, names["x"])[0])])
    record("random", RANDOM, lambda tf, result, names: [
        tf.shape(result), tf.reduce_mean(tf.cast(result, tf.float64)),
        tf.nn.moments(tf.reshape(tf.cast(result, tf.float64), [-1]), [0])[1] ** 0.5, result[:0]])
    if failed:
        sys.exit("\n".join(failed))
    np.savez_compressed(os.path.join(HERE, "goldens.npz"), **recorded)


def flat(tf, result):
    """The tensors of a nest, those of a sparse tensor one by one."""
    return [tf.convert_to_tensor(part) for part in tf.nest.flatten(result, expand_composites=True)]


def plain(value):
    """Byte strings as text, bfloat16 (unknown to NumPy) as float32: what a file without pickles can hold."""
    value = np.asarray(value)
    if value.dtype == object or value.dtype.kind == "S":
        return np.array([item.decode() for item in value.ravel().tolist()], dtype=str).reshape(value.shape)
    return value if value.dtype.kind != "V" and value.dtype.name != "bfloat16" else value.astype(np.float32)


if __name__ == "__main__":
    main()
