"""What a training step costs under `tf1rnn run` over the same step of TensorFlow itself.

    python benchmarks/step_cost.py [--rounds 5] [--steps 1000] [--limit 1.05]

One script, a small recurrent network of plain operations that both have, runs in turns as `tf1rnn run SCRIPT` and
as `python SCRIPT`. It is so small that most of a step is what surrounds the kernels. Exit status 1 if the ratio of
the medians is above the limit.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

SCRIPT = '''
import sys
import time

import numpy as np
import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()
x = tf.placeholder(tf.float32, [None, 8, 4])
y = tf.placeholder(tf.float32, [None, 1])
w = tf.get_variable("w", [4 + 16, 16])
b = tf.get_variable("b", [16])
h = tf.zeros([tf.shape(x)[0], 16])
for t in range(8):
    h = tf.tanh(tf.matmul(tf.concat([x[:, t], h], 1), w) + b)
loss = tf.reduce_mean(tf.square(tf.reduce_sum(h, 1, keepdims=True) - y))
step = tf.train.AdamOptimizer(0.01).minimize(loss)
a = np.random.RandomState(0).rand(16, 8, 4).astype(np.float32)
feed = {x: a, y: a.sum((1, 2))[:, None]}
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    times = []
    for i in range(int(sys.argv[1])):
        start = time.perf_counter()
        sess.run([step, loss], feed_dict=feed)
        times.append(time.perf_counter() - start)
print("microseconds", 1e6 * sorted(times)[len(times) // 2])
'''


def microseconds(command: list[str]) -> float:
    """The median step of one run of the script."""
    environment = dict(os.environ, CUDA_VISIBLE_DEVICES="-1")
    ended = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return float(ended.stdout.split("microseconds")[1])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--limit", type=float, default=1.05)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "script.py"
        script.write_text(SCRIPT)
        commands = {
            "TensorFlow": [sys.executable, str(script), str(given.steps)],
            "tf1rnn run": [sys.executable, "-m", "tf1rnn", "run", str(script), str(given.steps)],
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for number in range(given.rounds):
            for name in commands if number % 2 else reversed(commands):
                times[name].append(microseconds(commands[name]))
    for name, values in times.items():
        median = statistics.median(values)
        print(f"{name:11} median step {median:7.1f} us   (runs from {min(values):.1f} to {max(values):.1f})")
    ratio = statistics.median(times["tf1rnn run"]) / statistics.median(times["TensorFlow"])
    print(f"ratio {ratio:.3f}, limit {given.limit}")
    return int(ratio > given.limit)


if __name__ == "__main__":
    sys.exit(main())
