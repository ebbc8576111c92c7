"""Record TensorFlow 1.15.5's optimizers and MNIST batches; run it in the environment of 1.15.5."""

import gzip
import os
import struct
import sys
import tempfile

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from support_cases import MNIST, OPTIMIZERS, RATES, SCALES, WEIGHTS, digits, drawn, tagged  # noqa: E402


def steps(tf, optimizer, arguments):
    with tf.Graph().as_default(), tf.Session() as session:
        weights = tf.Variable(WEIGHTS)
        rate = tf.placeholder(tf.float32, [])
        loss = tf.reduce_sum(tf.square(weights) * SCALES)
        train = getattr(tf.train, optimizer)(rate, **arguments).minimize(loss)
        session.run(tf.global_variables_initializer())
        found = []
        for value in RATES:
            session.run(train, {rate: value})
            found.append(session.run(weights))
        return np.array(found)


def random_fields(tf, steps):
    """Likelihoods, their gradients, and the best tags and scores."""
    scores, tags, lengths, transitions = (tf.constant(value) for value in tagged(steps))
    likelihood, _ = tf.contrib.crf.crf_log_likelihood(scores, tags, lengths, transitions)
    gradients = tf.gradients(likelihood, [scores, transitions])
    best = tf.contrib.crf.crf_decode(scores, transitions, tf.maximum(lengths, 1))
    with tf.Session() as session:
        gradients = [tf.zeros([3, 3]) if gradient is None else gradient for gradient in gradients]
        found = session.run([likelihood, *gradients, *best])
    tags, score = tf.contrib.crf.viterbi_decode(tagged(steps)[0][0], tagged(steps)[3])
    return [*found, np.array(tags), np.array(score)]


def write_files(folder):
    """The digits as the four files of MNIST."""
    for prefix, (images, labels) in zip(("train", "t10k"), digits()):  # noqa: B905
        with gzip.open(os.path.join(folder, prefix + "-images-idx3-ubyte.gz"), "wb") as stream:
            stream.write(struct.pack(">4i", 2051, *images.shape) + images.tobytes())
        with gzip.open(os.path.join(folder, prefix + "-labels-idx1-ubyte.gz"), "wb") as stream:
            stream.write(struct.pack(">2i", 2049, len(labels)) + labels.tobytes())


def main():
    import tensorflow as tf
    from tensorflow.examples.tutorials.mnist import input_data

    found = {}
    for name, (optimizer, arguments, _, _) in OPTIMIZERS.items():
        found["optimizer." + name] = steps(tf, optimizer, arguments)
    for count in (1, 4):
        for number, value in enumerate(random_fields(tf, count)):
            found[f"crf.{count}.{number}"] = value
    with tempfile.TemporaryDirectory() as folder:
        write_files(folder)
        for name, arguments in MNIST.items():
            for number, value in enumerate(drawn(input_data.read_data_sets(folder, **arguments))):
                found[f"mnist.{name}.{number:03d}"] = value
    np.savez_compressed(os.path.join(HERE, "support_goldens.npz"), **found)


if __name__ == "__main__":
    main()
