"""What a script sees and what is seen of it under `tf1rnn run`: as under plain python; other processes too."""

from __future__ import annotations

import os
import pathlib
import re
import socket
import subprocess
import sys
import textwrap

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
QUIET = {
    **os.environ,
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "CUDA_VISIBLE_DEVICES": "-1",
    "PYTHONPATH": str(ROOT),
}


def write(folder: pathlib.Path, **files: str) -> pathlib.Path:
    for name, text in files.items():
        (folder / f"{name}.py").write_text(textwrap.dedent(text), encoding="utf-8")
    return folder / "main.py"


def outcome(folder: pathlib.Path, *command: str) -> tuple[int, str, str]:
    """Exit status, stdout, and stderr without the notices of TensorFlow's C++ side."""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=QUIET,
        input="one\ntwo\n",
        capture_output=True,
        text=True,
        timeout=120,
    )
    lines = [line for line in done.stderr.splitlines() if not re.match(r"[IWE]\d{4} |[IWE]0000|WARNING: All log", line)]
    return done.returncode, done.stdout, "\n".join(lines)


FILES = {
    "main": """
        import atexit, os, sys, threading, traceback, warnings
        atexit.register(lambda: print('at exit'))
        print(sys.argv, __file__, os.getcwd(), __name__, __spec__, __package__, __doc__, sys.path[0])
        import fails
        print(input('? '), sys.stdin.read())
        warnings.warn('careful')
        thread = threading.Thread(target=fails.divide)
        thread.start()
        thread.join()
        try:
            import no_such_module
        except ImportError as error:
            print(error, error.name)
            traceback.print_exc()
        kind = sys.argv[1]
        if kind == 'message':
            sys.exit('message')
        if kind == 'interrupt':
            raise KeyboardInterrupt
        if kind == 'syntax':
            import does_not_parse
        try:
            import raises
        except ValueError as error:
            raise RuntimeError('second') from error
        """,
    "fails": "def divide():\n    return 1 / 0\n",
    "raises": "import fails\ntry:\n    fails.divide()\nexcept ZeroDivisionError:\n    raise ValueError('first')\n",
    "does_not_parse": "x = 1\ndef f(:\n",
}


@pytest.mark.parametrize("kind", ["chain", "syntax", "interrupt"])
def test_as_under_plain_python(tmp_path: pathlib.Path, kind: str) -> None:
    write(tmp_path, **FILES)
    ours, plain = outcome(tmp_path, "-m", "tf1rnn", "main.py", kind), outcome(tmp_path, "main.py", kind)
    assert ours == plain


SPAWNS = """
    import multiprocessing, sys
    import tensorflow as tf
    import beside

    def work(x):
        import tensorflow as again
        return x, tf.__version__, tf.nn.rnn_cell.GRUCell.__name__, again is tf, beside.name(), xrange(4) == range(4)

    if __name__ == '__main__':
        multiprocessing.set_start_method('spawn')
        pool = multiprocessing.Pool(1)
        print pool.map(work, [7 / 2])
        pool.close()
        pool.join()
    """


def test_processes_that_multiprocessing_spawns(tmp_path: pathlib.Path) -> None:
    write(tmp_path, main=SPAWNS, beside="import tensorflow as tf\ndef name(): return tf.contrib.rnn.GRUCell.__name__")
    status, out, err = outcome(tmp_path, "-m", "tf1rnn", "main.py")
    assert (status, out) == (0, "[(3, '1.15.5', 'GRUCell', True, 'GRUCell', False)]\n"), err


DISTRIBUTED = """
    import argparse, sys
    import numpy as np
    import tensorflow as tf

    FLAGS = None

    def main(_):
        cluster = tf.train.ClusterSpec({'ps': [FLAGS.ps], 'worker': [FLAGS.worker]})
        server = tf.train.Server(cluster, job_name=FLAGS.job_name, task_index=FLAGS.task_index)
        if FLAGS.job_name == 'ps':
            server.join()
        device = tf.train.replica_device_setter(worker_device='/job:worker/task:%d' % FLAGS.task_index, cluster=cluster)
        with tf.device(device):
            x = tf.placeholder(tf.float32, [None, 3, 2])
            outputs, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.BasicLSTMCell(4), x, dtype=tf.float32)
            loss = tf.reduce_mean(tf.square(tf.layers.dense(outputs[:, -1], 1) - 1.))
            step = tf.train.get_or_create_global_step()
            train = tf.train.AdagradOptimizer(0.1).minimize(loss, global_step=step)
        print(sorted({variable.device for variable in tf.global_variables()}))
        hooks, losses = [tf.train.StopAtStepHook(last_step=5)], []
        with tf.train.MonitoredTrainingSession(server.target, is_chief=FLAGS.task_index == 0, hooks=hooks) as session:
            while not session.should_stop():
                losses.append(session.run([train, loss], {x: np.ones([2, 3, 2])})[1])
        print(len(losses), losses[-1] < losses[0])

    if __name__ == '__main__':
        parser = argparse.ArgumentParser()
        for name in ('--ps', '--worker', '--job_name'):
            parser.add_argument(name)
        parser.add_argument('--task_index', type=int, default=0)
        FLAGS, unparsed = parser.parse_known_args()
        tf.app.run(main=main, argv=[sys.argv[0]] + unparsed)
    """


def free_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def test_a_parameter_server_and_a_worker(tmp_path: pathlib.Path) -> None:
    script = str(write(tmp_path, main=DISTRIBUTED))
    addresses = [f"--ps={free_address()}", f"--worker={free_address()}"]
    command = ["-m", "tf1rnn", script, *addresses]
    quiet = subprocess.DEVNULL
    server = subprocess.Popen([sys.executable, *command, "--job_name=ps"], env=QUIET, stdout=quiet, stderr=quiet)
    try:
        status, out, err = outcome(tmp_path, *command, "--job_name=worker")
    finally:
        server.kill()
        server.wait(timeout=30)
    assert (status, out) == (0, "['/job:ps/task:0']\n5 True\n"), err
