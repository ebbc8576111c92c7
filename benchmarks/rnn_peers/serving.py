"""What every measured process does: it makes its network once, then runs steps on request and says how long each took.

Python 3.7 and later, for TensorFlow 1.15 needs that. The case is the first argument, as JSON:

    {"cell": "lstm", "batch": 32, "time": 50, "input": 64, "units": 128}

Requests are lines on standard input, `forward N` or `train N`; the answer is one line of JSON, the milliseconds of
each of the N steps, of wall time and of processor time, and the peak memory so far. All networks compute the same:

    loss = mean(square(outputs of the last layer at all steps)),   forward: its value,   train: and one step of SGD
"""

import json
import resource
import sys
import time

import numpy as np

LAYERS = {"rnn": 1, "lstm": 1, "gru": 1, "lstm2": 2, "bilstm": 1}


def read_case():
    """(case, inputs [batch, time, input] float32)."""
    case = json.loads(sys.argv[1])
    x = np.random.RandomState(0).normal(size=(case["batch"], case["time"], case["input"]))
    return case, x.astype(np.float32)


def megabytes():
    """The peak memory of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def serve(forward, train, before):
    """Answers requests until standard input ends. `before` is the memory before the network was made."""
    steps = {"forward": forward, "train": train}
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        name, count = line.split()
        wall, processor = [], []
        for _ in range(int(count)):
            start, used = time.perf_counter(), time.process_time()
            steps[name]()
            wall.append((time.perf_counter() - start) * 1e3)
            processor.append((time.process_time() - used) * 1e3)
        answer = {"wall": wall, "processor": processor, "memory": megabytes() - before}
        print(json.dumps(answer), flush=True)
